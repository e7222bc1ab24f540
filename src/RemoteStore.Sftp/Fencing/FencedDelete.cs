using RemoteStore.Local;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Fencing;

/// <summary>
/// Removes a version after its removal was recorded. No SFTP request removes a file only if it has a certain version,
/// so the file is moved aside to a unique name and checked there; if it is another version, it is restored. Until then
/// a mark contains the unique name, for clients that find the file missing.
/// </summary>
internal sealed class FencedDelete(SftpDriver driver, Session session, string key, FileVersion version)
{
    private readonly string _path = driver.Paths.Of(key);
    private readonly FenceNames _names = new(driver.Paths, key);

    /// <summary>Removes the version; does nothing when it no longer exists.</summary>
    /// <param name="token">The link whose removal shows the owner of the removal that it was executed; null for none.</param>
    /// <param name="now">The server's time in seconds; 0 when unknown.</param>
    internal void Run(string? token, uint now)
    {
        var plan = FenceNames.NewPlan(version);
        var aside = _names.AsideOf(plan);
        if (token is not null)
            session.SendAndForget(Requests.Remove(token));
        var mark = session.Send(Requests.SymLink(FenceNames.MarkText(plan, LocalKeys.NameOf(key)), _names.Mark));
        if (now <= version.LastModified)
            LeaveMinimumTimestamp();
        var moved = session.Send(Requests.ReplacingRename(_path, aside));
        var look = session.Send(Requests.Stat(aside));
        var refusal = moved.Refusal();
        if (refusal is null)
            Finish(aside, look.AttributesIfAny());
        if (mark.Refusal() is null)
            session.SendAndForget(Requests.Remove(_names.Mark));
        if (refusal is { Code: not StatusCode.NoSuchFile })
            throw refusal;
    }

    /// <summary>Restores a file that a late removal displaced by mistake.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="session">The session.</param>
    /// <param name="key">The missing file.</param>
    /// <param name="mark">The text of the mark.</param>
    /// <returns>Whether a file was restored.</returns>
    /// <exception cref="BackendUnavailableException">The file could not be restored; its content is kept under the hidden name.</exception>
    internal static bool Restore(SftpDriver driver, Session session, string key, string mark)
    {
        if (FenceNames.PlanIn(mark) is not { } planned)
            return false;
        var aside = new FenceNames(driver.Paths, key).AsideOf(planned.Plan);
        return session.Send(Requests.LinkStat(aside)).AttributesIfAny() is { } there
            && !planned.Version.Matches(there)
            && TryGiveBack(driver, session, key, aside, there);
    }

    private void Finish(string aside, SftpAttributes? taken)
    {
        if (version.Matches(taken))
            session.SendAndForget(Requests.Remove(aside));
        else if (taken is { } mistaken)
            TryGiveBack(driver, session, key, aside, mistaken);
    }

    /// <summary>
    /// Where the public name is taken, a later version was published after this one was displaced: only then it is deleted.
    /// </summary>
    private static bool TryGiveBack(SftpDriver driver, Session session, string key, string aside, SftpAttributes taken)
    {
        try
        {
            var given = NameRestorer.Try(session, aside, driver.Paths.Of(key));
            if (given == RestoreResult.Taken && taken.IsFile)
                session.SendAndForget(Requests.Remove(aside));
            return given == RestoreResult.Done;
        }
        catch (StatusException refusal)
        {
            throw NotGivenBack(driver, key, LocalKeys.NameOf(aside), refusal);
        }
    }

    private static BackendUnavailableException NotGivenBack(SftpDriver driver, string key, string aside, StatusException refusal)
    {
        driver.NoteNotRestored(key, aside);
        return new BackendUnavailableException(
            $"A concurrent delete displaced the file, and it could not be restored yet; its content is kept as {aside}.",
            key,
            driver.Name,
            refusal
        )
        {
            IsTransient = true,
            NativeCode = $"SSH_FX_{(uint)refusal.Code}",
        };
    }

    /// <summary>
    /// Records a minimum timestamp: if the version is dated ahead of the server's clock, a file created right
    /// afterwards could get the same version.
    /// </summary>
    private void LeaveMinimumTimestamp()
    {
        session.SendAndForget(Requests.Remove(_names.MinimumTimestamp));
        session.SendAndForget(Requests.SymLink(FenceNames.FloorText(version), _names.MinimumTimestamp));
    }
}
