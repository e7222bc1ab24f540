using RemoteStore.Drivers;

namespace RemoteStore;

internal sealed partial class Kernel
{
    private const int InternalPageSize = 1000;

    // Other callers may delete a page or two concurrently; a listing that never advances would loop endlessly.
    private const int MaxIdlePages = 3;

    internal async ValueTask DeleteAsync(string key, DeleteOptions? options, CancellationToken cancellationToken)
    {
        options = OptionChecks.Delete(options, Capabilities, key, Name);
        Begin(cancellationToken);
        var canonical = KernelKeys.File(key, Name);
        try
        {
            await driver.DeleteAsync(canonical, options.IfMatch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Typed(e, DriverOperation.Delete, canonical) is { } mapped)
        {
            if (mapped is NotFoundException)
            {
                if (await FolderInsteadAsync(canonical, cancellationToken).ConfigureAwait(false) is { } folder)
                    throw folder;
                if (options.IgnoreMissing)
                    return;
            }

            if (ReferenceEquals(mapped, e))
                throw;
            throw mapped;
        }
    }

    internal async ValueTask DeleteFolderAsync(string key, DeleteFolderOptions? options, CancellationToken cancellationToken)
    {
        options ??= DeleteFolderOptions.Default;
        Capabilities.Require(Capability.Delete, key, Name);
        Begin(cancellationToken);
        var canonical = KernelKeys.File(key, Name);
        var entry = await StatAsync(canonical, cancellationToken).ConfigureAwait(false);
        if (entry is null && options.IgnoreMissing)
            return;
        CheckFolder(entry, canonical);
        try
        {
            if (options.Recursive)
                await DeleteTreeAsync(canonical, cancellationToken).ConfigureAwait(false);
            else if (driver.IsFlat)
                throw new FolderNotEmptyException("The folder is not empty. Set Recursive to delete its contents too.", canonical, Name);
            else
                await driver.DeleteEmptyFolderAsync(canonical, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Typed(e, DriverOperation.DeleteFolder, canonical) is { } mapped)
        {
            if (mapped is NotFoundException && options.IgnoreMissing)
                return;
            if (ReferenceEquals(mapped, e))
                throw;
            throw mapped;
        }
    }

    private void CheckFolder(DriverEntry? entry, string key)
    {
        if (entry is null)
            throw NotFound(key);
        if (!entry.Value.IsFolder)
            throw new InvalidPathException("The path is a file; a folder was expected.", key, Name);
    }

    /// <summary>Deletes page after page from the start (deleted entries are not listed again), folders after their contents.</summary>
    private async ValueTask DeleteTreeAsync(string folder, CancellationToken cancellationToken)
    {
        if (await driver.DeleteTreeAsync(folder, cancellationToken).ConfigureAwait(false))
            return;
        var idle = 0;
        while (true)
        {
            var page = await driver.ListAsync(folder, driver.IsFlat, null, InternalPageSize, cancellationToken).ConfigureAwait(false);
            if (page.Cursor is not null)
                driver.ReleaseCursor(folder, page.Cursor);
            if (page.Entries.Count == 0)
                break;
            var deleted = 0;
            foreach (var entry in page.Entries)
                deleted += await DeleteEntryAsync(entry, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            idle = deleted == 0 ? idle + 1 : 0;
            if (idle > MaxIdlePages)
                throw new RemoteStoreException(
                    "The recursive delete did not converge: the listing still returns deleted entries. Retry later.",
                    folder,
                    Name
                )
                {
                    IsTransient = true,
                };
        }

        await driver.DeleteEmptyFolderAsync(folder, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> DeleteEntryAsync(DriverEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            if (entry.IsFolder)
                await DeleteTreeAsync(entry.Entry.Path, cancellationToken).ConfigureAwait(false);
            else
                await driver.DeleteAsync(entry.Entry.Path, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (Typed(e, DriverOperation.DeleteFolder, entry.Entry.Path) is NotFoundException)
        {
            // Deleted concurrently since the listing, as requested.
            return false;
        }
    }
}
