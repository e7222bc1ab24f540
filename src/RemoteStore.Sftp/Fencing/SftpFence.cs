using RemoteStore.Local;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Fencing;

/// <summary>
/// Replaces and removes one file so that each of its versions has at most one successor, even with late writes. The
/// protocol is that of the local disk's fence, with SFTP requests instead of system calls. A name that only one writer
/// can create records the request to follow a version, and contains the name of the staged file. The record counts if
/// the file still has that version when it is checked again. The staged file is published by one rename, which
/// succeeds once, whichever writer executes it. Versions are unique because each is dated after its predecessor.
/// </summary>
internal sealed class SftpFence(SftpDriver driver, Session session, string key)
{
    private const int MaxAttempts = 1000;
    private const int MaxRefusals = 3;
    private readonly string _path = driver.Paths.Of(key);
    private readonly string _name = LocalKeys.NameOf(key);
    private readonly FenceNames _names = new(driver.Paths, key);

    internal SftpAttributes? Lookup() => session.Send(Requests.Stat(_path)).AttributesIfAny();

    /// <summary>Publishes a staged file over a version.</summary>
    /// <param name="staged">The path of the staged file.</param>
    /// <param name="version">The version to follow.</param>
    /// <param name="folder">The open folder to sync; null for none.</param>
    /// <returns>Whether it is published; false when another version now exists, null when the staged file no longer exists.</returns>
    internal bool? TryReplace(string staged, FileVersion version, byte[]? folder)
    {
        if (Record(version, Records.Publication(staged, _name), out var seen) is not { } number)
            return false;
        if (version.Matches(seen))
            return Publish(staged, version, number, folder);
        // Too late, unless another writer found the record in time and has published the file.
        if (session.Send(Requests.LinkStat(staged)).AttributesIfAny() is null)
            return SyncFolder(folder);
        session.SendAndForget(Requests.Remove(_names.RecordOf(version, number)));
        return false;
    }

    /// <summary>Removes a version.</summary>
    /// <returns>Whether it was removed by this call, or by a writer that found its record; false when another version,
    /// or no file, exists.</returns>
    internal bool TryRemove(FileVersion version)
    {
        // Every writer that executes the removal first deletes this link: this determines the winner of two concurrent ones.
        var token = StagingName.New(_name);
        var tokenPath = driver.Paths.SiblingOf(key, token);
        var made = session.Send(Requests.SymLink("-", tokenPath));
        var dated = session.Send(Requests.LinkStat(tokenPath));
        try
        {
            var number = Record(version, Records.Removal(token, _name), out var seen);
            made.Done();
            return number is { } recorded
                && TryRemove(version, recorded, version.Matches(seen), tokenPath, dated.AttributesIfAny()?.LastModified ?? 0);
        }
        finally
        {
            session.SendAndForget(Requests.Remove(tokenPath));
        }
    }

    private bool TryRemove(FileVersion version, int number, bool isThere, string token, uint now)
    {
        if (isThere)
        {
            new FencedDelete(driver, session, key, version).Run(token, now);
            RemoveRecords(version, number);
            return true;
        }

        if (session.Send(Requests.Remove(token)).Refusal() is { Code: StatusCode.NoSuchFile })
            return true;
        session.SendAndForget(Requests.Remove(_names.RecordOf(version, number)));
        return false;
    }

    /// <summary>Records that a version is moved: nothing else follows it from now on, except after rolling back the move.</summary>
    /// <param name="version">The version.</param>
    /// <param name="second">The staged name next to the destination that is a hard link to the file.</param>
    /// <param name="destination">The key of the destination.</param>
    /// <returns>The move; null when another version now exists.</returns>
    internal RecordedMove? TryRecordMove(FileVersion version, string second, string destination)
    {
        if (Record(version, Records.Move(second, _name, destination), out var seen) is not { } number)
            return null;
        var record = _names.RecordOf(version, number);
        if (version.Matches(seen))
            return new RecordedMove(version, number, session.Send(Requests.LinkStat(record)));
        session.SendAndForget(Requests.Remove(record));
        return null;
    }

    /// <summary>
    /// Removes the source once the file is published at its destination; does nothing when another writer has already done so.
    /// </summary>
    internal void FinishMove(RecordedMove move)
    {
        if (move.Version.Matches(Lookup()))
            new FencedDelete(driver, session, key, move.Version).Run(null, move.Dated.AttributesIfAny()?.LastModified ?? 0);
        RemoveRecords(move.Version, move.Number);
    }

    /// <summary>Completes the operation recorded over a version but not executed.</summary>
    /// <returns>The first free number of a record; null when another version now exists.</returns>
    internal int? TrySettle(FileVersion version)
    {
        var (record, next) = Last(version);
        // A record counts only if the version that it follows exists after it. Otherwise its writer came too late and
        // is about to detect that.
        if (!version.Matches(Lookup()))
            return null;
        if (record is null)
            return next;
        if (record.Destination is not null)
            return TrySettleMove(version, record, next);
        var staged = driver.Paths.SiblingOf(key, record.Staged);
        if (record.IsRemoval)
            new FencedDelete(driver, session, key, version).Run(staged, 0);
        else if (session.Send(Requests.ReplacingRename(staged, _path)).Refusal() is { } refusal)
            return refusal.Code != StatusCode.NoSuchFile ? throw refusal
                : version.Matches(Lookup()) ? next
                : null;
        RemoveRecords(version, next - 1);
        return null;
    }

    /// <summary>
    /// Rolls a move back by removing the hard link. If the link was already published, the destination has the source's
    /// version, which it did not have when the move began, and the source is removed.
    /// </summary>
    private int? TrySettleMove(FileVersion version, FenceRecord record, int next)
    {
        if (new StagedHardLink(driver, session, record).TryReclaim(version))
            return next;
        new FencedDelete(driver, session, key, version).Run(null, 0);
        RemoveRecords(version, next - 1);
        return null;
    }

    private int? Record(FileVersion version, string text, out SftpAttributes? seen)
    {
        var (number, refusals) = (0, 0);
        for (var attempts = 0; attempts < MaxAttempts; attempts++)
        {
            if (TryRecord(version, number, text, out seen) is not { } refusal)
                return number;
            if (refusal.Code != StatusCode.Failure)
                throw refusal;
            if (TrySettle(version) is not { } next)
                return null;
            // "Failure" may have another reason than a taken name.
            refusals = next == number ? refusals + 1 : 0;
            if (refusals == MaxRefusals)
                throw refusal;
            number = next;
        }

        throw Busy();
    }

    /// <summary>Creates a record and reads the file afterwards, in one round trip.</summary>
    private StatusException? TryRecord(FileVersion version, int number, string text, out SftpAttributes? seen)
    {
        var record = _names.RecordOf(version, number);
        var made = session.Send(Requests.SymLink(text, record));
        var proof = driver.RecordsAreProven ? null : session.Send(Requests.ReadLink(record));
        var look = session.Send(Requests.Stat(_path));
        var refusal = made.Refusal();
        seen = look.AttributesIfAny();
        if (proof is not null)
            Prove(refusal, proof.LinkText() == text, mayBeDone: !version.Matches(seen));
        return refusal;
    }

    /// <summary>
    /// Verifies the first record: some servers do not support symbolic links, and some take the arguments in the other
    /// order. A missing record proves nothing if another writer may have completed it concurrently.
    /// </summary>
    private void Prove(StatusException? refusal, bool isThere, bool mayBeDone)
    {
        if (refusal is { Code: StatusCode.Failure or StatusCode.NoSuchFile } || (refusal is null && !isThere && mayBeDone))
            return;
        if (refusal is not null || !isThere)
            throw driver.CannotRecord(key, refusal);
        driver.RecordsAreProven = true;
    }

    private bool? Publish(string staged, FileVersion version, int number, byte[]? folder)
    {
        var rename = session.Send(Requests.ReplacingRename(staged, _path));
        var sync = folder is null ? null : session.Send(Requests.Sync(folder));
        var refusal = rename.Refusal();
        driver.FolderSyncs.Take(sync);
        if (refusal is null)
            RemoveRecords(version, number);
        else if (refusal.Code != StatusCode.NoSuchFile)
            throw refusal;
        else if (version.Matches(Lookup()))
            return null;
        return true;
    }

    private bool SyncFolder(byte[]? folder)
    {
        if (folder is not null)
            driver.FolderSyncs.Take(session.Send(Requests.Sync(folder)));
        return true;
    }

    private (FenceRecord? Record, int Next) Last(FileVersion version)
    {
        FenceRecord? last = null;
        for (var number = 0; ; number++)
        {
            if (session.Send(Requests.ReadLink(_names.RecordOf(version, number))).LinkText() is not { } text)
                return (last, number);
            last =
                Records.Parse(text) is { } record && record.Target == _name
                    ? record
                    : throw new RemoteStoreException("A record of the fence is malformed and cannot be read.", key, driver.Name);
        }
    }

    // From the last to the first: a writer that finds a free number must not find a later one taken.
    private void RemoveRecords(FileVersion version, int last)
    {
        for (var number = last; number >= 0; number--)
            session.SendAndForget(Requests.Remove(_names.RecordOf(version, number)));
    }

    private BackendUnavailableException Busy() =>
        new("Too much contention: the file keeps changing. Retry later.", key, driver.Name) { IsTransient = true };
}
