using RemoteStore.Drivers;

namespace RemoteStore.Local;

internal sealed partial class LocalDriver
{
    public override ValueTask MoveAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var from = ParentOf(source);
        var name = LocalKeys.NameOf(source);
        CheckIsFile(KindToChange(from, source, name), source);
        if (from.Stat(name) is { Kind: LocalKind.Link })
            return MoveLink(from, source, destination, options, cancellationToken);
        using var to = DestinationOf(destination);
        if (Fence is { } fence)
            MoveFenced(fence, from, source, to, destination, options);
        else
            Rename(from, source, to, destination, options);
        from.Sync();
        return default;
    }

    public override ValueTask CopyAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (handle, stat) = OpenSettled(source);
        using (handle)
        {
            CheckIsFile(stat.Kind, source);
            if (Conditions.Failure(stat.ToInfo(source), options.IfMatch, source, Name) is { } failure)
                throw failure;
            AtDestination(
                destination,
                () =>
                {
                    var seen = Fence is null ? null : Glance(destination);
                    Put(
                        destination,
                        options.AtDestination,
                        staged => staged.Append(handle, cancellationToken),
                        there => DecideUnchanged(destination, there, seen, options),
                        FileRights.Of(handle)?.ForCopy()
                    );
                }
            );
        }

        return default;
    }

    // A relative link has another meaning in another folder, so its target is copied and the link removed.
    private ValueTask MoveLink(
        LocalFolder from,
        string source,
        string destination,
        MoveCopyOptions options,
        CancellationToken cancellationToken
    )
    {
        var name = LocalKeys.NameOf(source);
        var link = from.Stat(name);
        Completed.Wait(CopyAsync(source, destination, options, cancellationToken));
        if (Fence is not { } fence)
            Calls.UnlinkIfThere(from, name);
        else if (link is { } copied)
            fence.Remove(from, name, copied);
        from.Sync();
        return default;
    }

    private void Rename(LocalFolder from, string source, LocalFolder to, string destination, MoveCopyOptions options)
    {
        var name = LocalKeys.NameOf(source);
        var moved = from.Stat(name);
        try
        {
            Publish(from, name, to, destination, options.AtDestination);
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.MoveCopy) is NotFoundException)
        {
            throw;
        }
        catch (Exception e) when (e is not RemoteStoreException && LocalErrors.Classify(e, DriverOperation.Commit) is { } mapped)
        {
            throw mapped.WithPath(destination);
        }

        // Renaming one name of a file over another name of the same file does nothing: the old name then still exists.
        if (moved is { } file && from.Stat(name) is { } left && left.IsSame(file))
            Calls.UnlinkIfThere(from, name);
    }

    private LocalFolder DestinationOf(string destination)
    {
        LocalFolder? folder = null;
        AtDestination(destination, () => folder = OpenToChange(LocalKeys.ParentOf(destination)));
        return folder!;
    }

    /// <summary>Reports failures at the destination under its path; the kernel would name the source.</summary>
    private static void AtDestination(string destination, Action action)
    {
        try
        {
            action();
        }
        catch (RemoteStoreException e) when (e.Path is null)
        {
            throw e.WithPath(destination);
        }
        catch (Exception e) when (e is not RemoteStoreException && LocalErrors.Classify(e, DriverOperation.Commit) is { } mapped)
        {
            throw mapped.WithPath(destination);
        }
    }
}
