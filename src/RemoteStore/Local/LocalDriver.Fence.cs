using Microsoft.Win32.SafeHandles;
using RemoteStore.Drivers;

namespace RemoteStore.Local;

internal sealed partial class LocalDriver
{
    private const int MaxMoves = 100;

    /// <summary>The entry at a key after recorded changes are recovered.</summary>
    private LocalStat? Look(string key)
    {
        var stat = Files.Stat(key);
        return IsSettled(key, stat) || !TrySettle(key) ? stat : Files.Stat(key);
    }

    private (SafeFileHandle Handle, LocalStat Stat) OpenSettled(string key)
    {
        (SafeFileHandle Handle, LocalStat Stat) opened;
        try
        {
            opened = Files.OpenRead(key);
        }
        catch (Exception e)
            when (LocalErrors.Classify(e, DriverOperation.Open) is NotFoundException && !IsSettled(key, null) && TrySettle(key))
        {
            return Files.OpenRead(key);
        }

        if (IsSettled(key, opened.Stat))
            return opened;
        opened.Handle.Dispose();
        TrySettle(key);
        return Files.OpenRead(key);
    }

    private bool IsSettled(string key, LocalStat? stat) =>
        Fence is not { } fence || stat is { IsFile: false } || fence.IsSettled(key, stat);

    /// <summary>
    /// Recovers recorded changes. A caller that may only read leaves them, since unpublished changes were never acknowledged.
    /// </summary>
    private bool TrySettle(string key)
    {
        try
        {
            using var folder = Files.OpenFolder(LocalKeys.ParentOf(key), create: false);
            if (folder is not null)
                Fence!.Recover(folder, LocalKeys.NameOf(key), takeBack: false);
            return folder is not null;
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Commit) is PermissionDeniedException)
        {
            return false;
        }
    }

    private void DecideReplacement(string key, LocalStat? there, WriteOptions options)
    {
        if (
            there is { } stat
            && stat.Kind != LocalKind.Link
            && (stat.Kind == LocalKind.Folder || options.Overwrite || options.IfMatch is not null)
        )
            CheckIsFile(stat.Kind, key);
        if (Conditions.Failure(InfoOf(key, there), options, key, Name) is { } failure)
            throw failure;
    }

    /// <summary>A move or copy must not replace a version that it has not read.</summary>
    private void DecideUnchanged(string destination, LocalStat? there, LocalStat? seen, MoveCopyOptions options)
    {
        DecideReplacement(destination, there, options.AtDestination);
        if (there != seen)
            throw new BackendUnavailableException(
                "The destination was changed concurrently; nothing was done. Retry the call.",
                destination,
                Name
            )
            {
                Code = ErrorCodes.StaleOwner,
                RefusedBeforeExecution = true,
            };
    }

    private LocalStat? Glance(string key)
    {
        using var folder = Files.OpenFolder(LocalKeys.ParentOf(key), create: false);
        return folder is null ? null : Fence!.Recover(folder, LocalKeys.NameOf(key)).Stat;
    }

    private void DecideRemoval(string key, LocalStat? there, string? ifMatch)
    {
        var stat = there is { Kind: LocalKind.Link } ? Files.Stat(key) : there;
        CheckIsFile((stat ?? throw StorageErrors.NotFound(key, Name)).Kind, key);
        if (Conditions.Failure(stat.Value.ToInfo(key), ifMatch, key, Name) is { } failure)
            throw failure;
    }

    private RemoteFileInfo? InfoOf(string key, LocalStat? there) =>
        there switch
        {
            null => null,
            { Kind: LocalKind.Link } => Files.Stat(key)?.ToInfo(key) ?? new RemoteFileInfo(key, 0),
            { } stat => stat.ToInfo(key),
        };

    /// <summary>
    /// Moves a file. If nothing exists at the destination: by one rename. Over a file: by a second name, which is committed like any write
    /// before the first name is removed.
    /// </summary>
    private void MoveFenced(LocalFence fence, LocalFolder from, string source, LocalFolder to, string destination, MoveCopyOptions options)
    {
        var (name, target) = (LocalKeys.NameOf(source), LocalKeys.NameOf(destination));
        for (var attempts = 0; attempts < MaxMoves; attempts++)
        {
            var (current, next) = fence.Recover(from, name);
            DecideRemoval(source, current, options.IfMatch);
            LocalStat? there = null;
            AtDestination(destination, () => there = Replaceable(fence, to, destination, options));
            RecordMove(from, name, destination, options.OperationId);
            if (
                there is { } replaced
                    ? TryMoveOver(fence, from, source, (current!.Value, next), to, destination, replaced, options)
                    : TryRename(from, name, to, target, destination)
            )
            {
                to.Sync();
                return;
            }
        }

        throw new BackendUnavailableException("The paths keep changing concurrently. Retry later.", source, Name) { IsTransient = true };
    }

    private LocalStat? Replaceable(LocalFence fence, LocalFolder to, string destination, MoveCopyOptions options)
    {
        var there = fence.Recover(to, LocalKeys.NameOf(destination)).Stat;
        DecideReplacement(destination, there, options.AtDestination);
        return there;
    }

    private static bool TryRename(LocalFolder from, string name, LocalFolder to, string target, string destination)
    {
        var renamed = false;
        AtDestination(destination, () => renamed = Calls.TryRename(from, name, to, target, replace: false) == true);
        return renamed;
    }

    /// <summary>Records in the moved file which operation moved it here.</summary>
    private void RecordMove(LocalFolder from, string name, string destination, Guid? operation)
    {
        if (operation is not { } id || RecordsOperations == false)
            return;
        using var handle = from.TryOpen(name);
        if (handle is not null)
            RecordsOperations = OperationMark.OfMove(id, _clock.Now).TryWrite(handle, destination);
    }

    /// <returns>Whether the file was moved; if not, a concurrent change was faster, and the file must be read again.</returns>
    private bool TryMoveOver(
        LocalFence fence,
        LocalFolder from,
        string source,
        (LocalStat Version, int Next) moved,
        LocalFolder to,
        string destination,
        LocalStat replaced,
        MoveCopyOptions options
    )
    {
        var (name, target) = (LocalKeys.NameOf(source), LocalKeys.NameOf(destination));
        var second = StagingName.New(target);
        StagingName.Enter(second);
        try
        {
            if (from.TryLink(name, to, second))
                return fence.TryMove(new MoveSource(from, name, moved.Version, moved.Next), to, second, destination, Decide);
            // Without a second name there is no commit of it: conditions are decided immediately before the rename.
            Decide(to.Stat(target));
            Rename(from, source, to, destination, MoveCopyOptions.Replace);
            return true;
        }
        finally
        {
            Calls.UnlinkIfThere(to, second);
            StagingName.Leave(second);
        }

        void Decide(LocalStat? there) => AtDestination(destination, () => DecideUnchanged(destination, there, replaced, options));
    }
}
