using RemoteStore.Drivers;
using RemoteStore.Ownership;

namespace RemoteStore.Local;

internal sealed partial class LocalDriver
{
    public override ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Stage(key));
    }

    public override ValueTask<StagedWrite> ResumeStagedAsync(
        string key,
        ResumePoint point,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = Staged(key, point.Token) ?? throw NoSuchStaging(key);
        try
        {
            if (folder.Stat(point.Token) is not { IsFile: true } stat || stat.Size < point.Length)
                throw NoSuchStaging(key);
            return new(new LocalStaged(Files, _clock, folder, LocalKeys.NameOf(key), point));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public override ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var folder = Staged(key, token) ?? throw NoSuchStaging(key);
        if (folder.Stat(token) is not { IsFile: true } stat)
            throw NoSuchStaging(key);
        return new(Commit(folder, token, stat, key, options, null, MarkReopened).ToInfo(key));

        bool MarkReopened(OperationMark mark)
        {
            using var handle = folder.Reopen(token);
            return mark.TryWrite(handle, key);
        }
    }

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken)
    {
        using var folder = Staged(key, token);
        if (folder?.Stat(token) is { IsFile: true })
            Calls.UnlinkIfThere(folder, token);
        return default;
    }

    public override ValueTask<RemoteFileInfo?> PutAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Put(key, options, staged => staged.Append(bytes.Span)));
    }

    public override ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var folder = ParentOf(key);
        var name = LocalKeys.NameOf(key);
        if (Fence is { } fence)
        {
            fence.Delete(folder, name, there => DecideRemoval(key, there, ifMatch));
            return default;
        }

        CheckIsFile(KindToChange(folder, key, name), key);
        folder.Unlink(name);
        folder.Sync();
        return default;
    }

    public override ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CleanUpFolder(key);
        using var parent = ParentOf(key);
        var name = LocalKeys.NameOf(key);
        if (parent.Stat(name) is { Kind: LocalKind.Link })
            throw new InvalidPathException("The path is a symbolic link to a folder, which cannot be deleted.", key, Name);
        parent.RemoveFolder(name);
        parent.Sync();
        return default;
    }

    private LocalStaged Stage(string key)
    {
        const int MaxAttempts = 100;
        for (var attempts = 1; ; attempts++)
        {
            var folder = OpenToChange(LocalKeys.ParentOf(key));
            try
            {
                return new LocalStaged(Files, _clock, folder, LocalKeys.NameOf(key));
            }
            catch (Exception e)
            {
                folder.Dispose();
                // The empty folder was deleted concurrently after it was opened: it is created again.
                if (attempts == MaxAttempts || LocalErrors.Classify(e, DriverOperation.Stage) is not NotFoundException)
                    throw;
            }
        }
    }

    private RemoteFileInfo Put(
        string key,
        WriteOptions options,
        Action<LocalStaged> fill,
        Action<LocalStat?>? decide = null,
        FileRights? rights = null
    )
    {
        using var staged = Stage(key);
        try
        {
            fill(staged);
            return Commit(staged.Folder, staged.Name, staged.Complete(), key, options, decide, mark => staged.TryMark(key, mark), rights)
                .ToInfo(key);
        }
        catch
        {
            staged.Abandon();
            throw;
        }
    }

    private LocalStat Commit(
        LocalFolder folder,
        string staged,
        LocalStat stat,
        string key,
        WriteOptions options,
        Action<LocalStat?>? decide,
        Func<OperationMark, bool> mark,
        FileRights? rights = null
    )
    {
        var (name, isPrepared) = (LocalKeys.NameOf(key), false);
        if (Fence is { } fence)
            return fence.Commit(folder, staged, name, Decide, prepare: Prepare) ?? throw NoSuchStaging(key);
        Record(folder, key, null, options.OperationId, mark);
        Prepare(options.Overwrite ? folder.Stat(name) : null);
        Publish(folder, staged, folder, key, options);
        return stat;

        void Decide(LocalStat? there)
        {
            // An earlier round may have set rights with which it cannot be written.
            if (isPrepared)
                folder.SetRights(staged, FileRights.New(FileRights.Staged));
            if (decide is null)
                DecideReplacement(key, there, options);
            else
                decide(there);
            Record(folder, key, there, options.OperationId, mark);
        }

        // A copy keeps the rights of its source, a new version those of the previous one. A link itself is replaced, and is not a version.
        void Prepare(LocalStat? there)
        {
            isPrepared = true;
            folder.SetRights(staged, rights ?? (there is { IsFile: true } ? folder.RightsOf(name) : null) ?? folder.RightsOfNew());
        }
    }

    /// <summary>
    /// Records which operation makes the version, and which ones made the versions before it. Not synced separately: a record lost in a
    /// power failure makes an outcome unknown, never wrong.
    /// </summary>
    private void Record(LocalFolder folder, string key, LocalStat? replaced, Guid? operation, Func<OperationMark, bool> mark)
    {
        if (operation is not { } id)
            return;
        var older = replaced is { IsFile: true } && RecordsOperations != false ? MarkOf(folder, key) : null;
        RecordsOperations = mark(OperationMark.After(id, replaced, older, _clock.Now - LostAttempts.Longest));
    }

    private static OperationMark? MarkOf(LocalFolder folder, string key)
    {
        using var handle = folder.TryOpen(LocalKeys.NameOf(key));
        return handle is null ? null : OperationMark.Read(handle, key);
    }

    /// <summary>
    /// Gives a file its public name. The file system decides a create-only write; a failure is reported as the options require.
    /// </summary>
    private void Publish(LocalFolder from, string name, LocalFolder to, string key, WriteOptions options)
    {
        var target = LocalKeys.NameOf(key);
        if (options.Overwrite && to.Stat(target) is { } there)
            CheckIsFile(there.Kind, key);
        try
        {
            from.Rename(name, to, target, options.Overwrite);
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Commit) is AlreadyExistsException)
        {
            if (to.Stat(target) is { Kind: LocalKind.Folder })
                CheckIsFile(LocalKind.Folder, key);
            throw Conditions.Failure(new RemoteFileInfo(key, 0), options, key, Name) ?? LocalErrors.Classify(e, DriverOperation.Commit)!;
        }

        to.Sync();
    }

    /// <summary>
    /// The kind of a name to be changed: a link counts as its target; a dangling link, or one that leads out of the root, is not a file.
    /// </summary>
    private LocalKind KindToChange(LocalFolder folder, string key, string name)
    {
        var stat = folder.Stat(name);
        if (stat is { Kind: LocalKind.Link })
            stat = Files.Stat(key);
        return stat?.Kind ?? throw StorageErrors.NotFound(key, Name);
    }

    private LocalFolder? Staged(string key, string token) =>
        StagingName.IsTokenFor(token, LocalKeys.NameOf(key)) ? Files.OpenFolder(LocalKeys.ParentOf(key), create: false) : null;

    private NotFoundException NoSuchStaging(string key) => StorageErrors.NotStaged(key, Name);
}
