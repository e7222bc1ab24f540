using RemoteStore.Drivers;

namespace RemoteStore.Local;

internal sealed partial class LocalDriver
{
    public override ValueTask MoveAsync(string source, string destination, TransferOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var from = ParentOf(source);
        var name = LocalKeys.NameOf(source);
        CheckIsFile(KindToChange(from, source, name), source);
        if (from.Stat(name) is { Kind: LocalKind.Link })
            return MoveLink(from, source, destination, options, cancellationToken);
        using var to = DestinationOf(destination);
        Rename(from, source, to, destination, options);
        from.Sync();
        return default;
    }

    public override ValueTask CopyAsync(string source, string destination, TransferOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (handle, stat) = Files.OpenRead(source);
        using (handle)
        {
            CheckIsFile(stat.Kind, source);
            AtDestination(destination, () => Put(destination, WriteOptionsOf(options), staged => staged.Append(handle, cancellationToken)));
        }

        return default;
    }

    private static WriteOptions WriteOptionsOf(TransferOptions options) => options.Overwrite ? WriteOptions.Replace : WriteOptions.Default;

    // A relative link means something else in another folder, so what it leads to is copied and the link removed.
    private ValueTask MoveLink(LocalFolder from, string source, string destination, TransferOptions options, CancellationToken cancellationToken)
    {
        Completed.Wait(CopyAsync(source, destination, options, cancellationToken));
        UnlinkIfThere(from, LocalKeys.NameOf(source));
        from.Sync();
        return default;
    }

    private void Rename(LocalFolder from, string source, LocalFolder to, string destination, TransferOptions options)
    {
        var name = LocalKeys.NameOf(source);
        var moved = from.Stat(name);
        try
        {
            Publish(from, name, to, destination, WriteOptionsOf(options));
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Transfer) is NotFoundException)
        {
            throw;
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Commit) is { } mapped)
        {
            throw mapped.WithPath(destination);
        }

        // Renaming one name of a file over another of the same file does nothing: then the old name is still there.
        if (moved is { } file && from.Stat(name) is { } left && left.IsSame(file))
            UnlinkIfThere(from, name);
    }

    private LocalFolder DestinationOf(string destination)
    {
        LocalFolder? folder = null;
        AtDestination(destination, () => folder = Files.OpenFolder(LocalKeys.ParentOf(destination), create: true));
        return folder!;
    }

    /// <summary>Tells failures of the destination's side under its path; the kernel would name the source.</summary>
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
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Commit) is { } mapped)
        {
            throw mapped.WithPath(destination);
        }
    }
}
