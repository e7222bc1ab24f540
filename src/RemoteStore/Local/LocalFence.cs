namespace RemoteStore.Local;

/// <summary>Replaces and removes files so that each version has at most one successor, despite late writers.</summary>
/// <remarks>
/// <para>A commit over version E first creates the record that names its staged file: a name that can be created only once. The record is
/// valid if the file is still at E when it is checked afterwards; versions never recur, so every late record finds another version and is
/// void. A valid commit is published by renaming its staged file, which succeeds once, whichever process does it: its owner, or any process
/// that finds the record. A successor is recorded only for a published version, when the staged file has been used up, so a late rename
/// finds nothing.</para>
/// <para>A move over a file is the commit of a second name of its source. First the source's version gets a record that names both. A
/// process that finds it finishes the move if it was published, or rolls it back by removing the second name.</para>
/// <para>Creating a file needs no record: the file system rejects a second creation. No call can tie a removal to a version, so a removal
/// displaces the file to a name of its own and then checks it; a wrong version is restored.</para>
/// </remarks>
internal sealed partial class LocalFence(LocalFiles files)
{
    private const int MaxAttempts = 1000;

    // File systems store times in units of 100 ns to 2 s.
    private static readonly long[] Steps = [1, 10, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond, 2 * TimeSpan.TicksPerSecond];

    /// <summary>Recovers a recorded but unpublished change.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="takeBack">Whether to roll back a move that is not yet published; a reader leaves it.</param>
    /// <returns>The current version, and the number of the record that a commit over it has to create.</returns>
    internal (LocalStat? Stat, int Next) Recover(LocalFolder folder, string name, bool takeBack = true)
    {
        for (var attempts = 0; attempts < MaxAttempts; attempts++)
        {
            if (folder.Stat(name) is not { } stat)
            {
                if (!AsideFile.Restore(folder, name))
                    return (null, 0);
            }
            else if (stat.Kind is not (LocalKind.File or LocalKind.Link))
            {
                return (stat, 0);
            }
            else if (TrySettle(folder, name, stat, takeBack) is { } next)
            {
                return (stat, next);
            }
        }

        throw Busy();
    }

    /// <summary>Publishes a staged file.</summary>
    /// <param name="folder">The folder of both names.</param>
    /// <param name="staged">The staged file's name.</param>
    /// <param name="name">The public name.</param>
    /// <param name="decide">Throws if the current version must not be replaced. May be called several times.</param>
    /// <param name="linked">Whether the staged file is another name of a file that keeps its time and rights.</param>
    /// <param name="prepare">
    /// Sets the rights of the staged file, depending on the replaced version; the last step before it is recorded.
    /// </param>
    /// <returns>The published file; null when the staged file no longer exists, and nothing was done.</returns>
    internal LocalStat? Commit(
        LocalFolder folder,
        string staged,
        string name,
        Action<LocalStat?> decide,
        bool linked = false,
        Action<LocalStat?>? prepare = null
    )
    {
        for (var attempts = 0; attempts < MaxAttempts; attempts++)
        {
            var (current, next) = Recover(folder, name);
            decide(current);
            if (folder.Stat(staged) is not { IsFile: true } stat)
                return null;
            if (current is { } same && stat.IsSame(same))
            {
                Calls.UnlinkIfThere(folder, staged);
                return stat;
            }

            if (current is { } replaced && !linked)
                stat = After(folder, staged, stat, replaced);
            prepare?.Invoke(current);
            var done = current is { } there
                ? Replace(folder, staged, name, there, next)
                : Calls.TryRename(folder, staged, folder, name, replace: false);
            if (done is null)
                return null;
            if (done is false)
                continue;
            folder.Sync();
            if (current is { } old)
                Records.Remove(folder, name, old, next);
            return stat;
        }

        throw Busy();
    }

    /// <summary>Removes a file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="decide">Throws if the current version must not be removed. May be called several times.</param>
    internal void Delete(LocalFolder folder, string name, Action<LocalStat?> decide)
    {
        for (var attempts = 0; attempts < MaxAttempts; attempts++)
        {
            var (current, next) = Recover(folder, name);
            decide(current);
            if (current is { } there && TryDelete(folder, name, there, next))
            {
                folder.Sync();
                Records.Remove(folder, name, there, next);
                return;
            }
        }

        throw Busy();
    }

    /// <summary>Removes a version; does nothing when the current version is another one.</summary>
    internal void Remove(LocalFolder folder, string name, LocalStat version)
    {
        while (Recover(folder, name) is var (current, next) && current == version)
        {
            if (!TryDelete(folder, name, version, next))
                continue;
            folder.Sync();
            Records.Remove(folder, name, version, next);
        }
    }

    /// <summary>Whether no recorded change is pending for a version that was read, or for a missing one.</summary>
    internal bool IsSettled(string key, LocalStat? stat)
    {
        var (parent, name) = (LocalKeys.ParentOf(key), LocalKeys.NameOf(key));
        if (stat is { } there)
            return !Has(Records.NameOf(name, there, 0));
        return !Enumerable.Range(0, AsideFile.Marks).Any(n => Has(AsideFile.MarkOf(name, n)));

        bool Has(string record) => files.HasName(LocalKeys.Join(parent, record));
    }

    /// <summary>Removes a record that was not changed within the grace period, after recovering its change.</summary>
    /// <returns>Whether it was removed.</returns>
    internal bool CleanUp(LocalFolder folder, string mark)
    {
        if (folder.ReadMark(mark) is not { } text)
            return false;
        if (Records.Parse(text) is { } record)
        {
            // A dropped record keeps its number as long as its version exists: the next one was created because of it.
            return
                Recover(folder, record.Target).Stat is not { } stat
                || !mark.StartsWith(Records.VersionPrefixOf(record.Target, stat), StringComparison.Ordinal)
                ? Calls.UnlinkIfThere(folder, mark)
                : false;
        }

        if (AsideFile.PlanIn(text) is { } plan)
            AsideFile.Finish(folder, plan.Target, plan.Plan);
        return Calls.UnlinkIfThere(folder, mark);
    }

    // Null: something was done, read again. A number: nothing is pending, and it is the first free one.
    private int? TrySettle(LocalFolder folder, string name, LocalStat stat, bool takeBack)
    {
        var (record, next) = Records.Last(folder, name, stat);
        if (record is null)
            return next;
        // A record counts only if its version still exists after it was created: else its writer was too late and is about to detect that.
        if (folder.Stat(name) != stat)
            return null;
        if (record.Destination is not null)
            return TryFinishMove(folder, record, stat, next, takeBack);
        if (record.IsRemoval)
            Remove(folder, name, stat, record.Staged);
        else if (Calls.TryRename(folder, record.Staged, folder, name, replace: true) is null)
            return folder.Stat(name) == stat ? next : null; // Its staged file was dropped: it never comes to be, and another may follow.
        folder.Sync();
        Records.Remove(folder, name, stat, next - 1);
        return null;
    }

    private static bool? Replace(LocalFolder folder, string staged, string name, LocalStat current, int number)
    {
        var record = Records.NameOf(name, current, number);
        if (!folder.TryMark(record, Records.Publication(staged, name)))
            return false;
        if (folder.Stat(name) == current)
        {
            if (Calls.TryRename(folder, staged, folder, name, replace: true) is not null)
                return true;
            return folder.Stat(name) == current ? null : true;
        }

        // Too late, unless another process found the record in time and has published the file.
        if (folder.Stat(staged) is null)
            return true;
        Calls.UnlinkIfThere(folder, record);
        return false;
    }

    private static bool TryDelete(LocalFolder folder, string name, LocalStat current, int number)
    {
        // The process that carries out the removal consumes this file first, which decides the winner of two concurrent removals.
        var token = StagingName.New(name);
        folder.Create(token).Dispose();
        var record = Records.NameOf(name, current, number);
        if (!folder.TryMark(record, Records.Removal(token, name)))
        {
            Calls.UnlinkIfThere(folder, token);
            return false;
        }

        if (folder.Stat(name) == current)
        {
            Remove(folder, name, current, token);
            return true;
        }

        if (!Calls.UnlinkIfThere(folder, token))
            return true;
        Calls.UnlinkIfThere(folder, record);
        return false;
    }

    private static void Remove(LocalFolder folder, string name, LocalStat stat, string token)
    {
        Calls.UnlinkIfThere(folder, token);
        AsideFile.Remove(folder, name, stat);
    }

    /// <summary>
    /// Versions of a file increase: a clock that was set back, or that of another machine, must not create the same version twice.
    /// </summary>
    private LocalStat After(LocalFolder folder, string staged, LocalStat stat, LocalStat current)
    {
        if (stat.ModifiedTicks > current.ModifiedTicks)
            return stat;
        using var handle = folder.Reopen(staged);
        foreach (var step in Steps)
        {
            files.Stamp(handle, Math.Min(current.ModifiedTicks, NativeTime.Last) + step);
            if (files.StatOf(handle) is var later && later.ModifiedTicks > current.ModifiedTicks)
            {
                files.Root.Durability.Sync(handle);
                return later;
            }
        }

        // The previous version has the last time that the file system can store. Both files exist, so their inodes differ, and no other
        // version has both this inode and this time.
        files.Stamp(handle, stat.ModifiedTicks);
        files.Root.Durability.Sync(handle);
        return files.StatOf(handle) is var kept && kept.ETag != current.ETag ? kept : throw NoLaterTime();
    }

    private static RemoteStoreException NoLaterTime() =>
        new(
            "The modification time of the file is the last one that the file system can store, so a later version cannot be "
                + "distinguished. Set its modification time back."
        );

    private static BackendUnavailableException Busy() => new("The file keeps changing concurrently. Retry later.") { IsTransient = true };
}
