using RemoteStore.Drivers;
using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>
/// The deletion of a folder: files through their owners, one page at a time, then the empty folders bottom-up. Each
/// call works for a few seconds and reports whether the deletion is complete, so the size of the tree is not limited.
/// Lives within one call and runs on the turns of its grain.
/// </summary>
internal sealed class FolderDeletion(SiloStore store, PathGrains owners, TimeProvider clock, DeleteFolderRequest request)
{
    private const int Parallel = 16;
    private const int PageSize = 1000;
    private const int Attempts = 3;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);
    private readonly long _started = clock.GetTimestamp();

    private AsyncBackend Backend => store.Backend;

    private bool IsLate => clock.GetElapsedTime(_started) > Budget;

    internal async ValueTask<bool> RunAsync(CancellationToken cancellationToken)
    {
        var folder = GrainKeys.Canonical(request.Folder, Backend.Name);
        try
        {
            return await DeleteAsync(folder, request.IgnoreMissing || request.Continued, cancellationToken);
        }
        catch (NotFoundException e) when (request.Operation is { IsRetry: true })
        {
            throw LostAttempts.Unknown(folder, Backend.Name, e);
        }
    }

    private async ValueTask<bool> DeleteAsync(string folder, bool ignoreMissing, CancellationToken cancellationToken)
    {
        if (request.Operation is { } operation && clock.GetUtcNow() >= operation.Deadline)
            throw new BackendUnavailableException("The deadline of the call has passed; nothing was done.", folder, Backend.Name)
            {
                RefusedBeforeExecution = true,
                Code = ErrorCodes.DeadlineExceeded,
            };
        if (!request.Recursive)
        {
            await Backend.DeleteFolderAsync(folder, new DeleteFolderOptions { IgnoreMissing = ignoreMissing }, cancellationToken);
            return true;
        }

        return !await MustDeleteAsync(folder, ignoreMissing, cancellationToken) || await DeleteTreeAsync(folder, cancellationToken);
    }

    private async ValueTask<bool> MustDeleteAsync(string folder, bool ignoreMissing, CancellationToken cancellationToken) =>
        await Backend.GetKindAsync(folder, cancellationToken) switch
        {
            EntryKind.Folder => true,
            EntryKind.File => throw new InvalidPathException("The path is a file; a folder was expected.", folder, Backend.Name),
            _ => ignoreMissing ? false : throw StorageErrors.NotFound(folder, Backend.Name),
        };

    private async ValueTask<bool> DeleteTreeAsync(string folder, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!await DeleteFilesAsync(folder, cancellationToken) || !await DeleteFoldersBelowAsync(folder, cancellationToken))
                return false;
            if (await TryDeleteEmptyAsync(folder, cancellationToken))
                return true;
            if (attempt == Attempts)
                throw new FolderNotEmptyException("The folder could not be deleted: files keep being created in it.", folder, Backend.Name);
        }
    }

    private async ValueTask<bool> DeleteFilesAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new ListOptions
        {
            Recursive = true,
            Kinds = ListKinds.Files,
            PageSize = PageSize,
        };
        while (true)
        {
            var keys = await FirstAsync(folder, files, cancellationToken);
            if (keys.Length == 0)
                return true;
            foreach (var batch in keys.Chunk(Parallel))
            {
                await Task.WhenAll(batch.Select(key => DeleteFileAsync(key, cancellationToken)));
                if (IsLate)
                    return false;
            }
        }
    }

    private async Task DeleteFileAsync(string key, CancellationToken cancellationToken)
    {
        var owner = owners.Get(store.Name, key);
        await owner.Delete(new DeleteRequest { IgnoreMissing = true, Operation = OperationOf() }, cancellationToken);
    }

    // Each file gets an operation of its own with the same deadline. An owner that receives it late does not delete later writes.
    private WireOperation? OperationOf() =>
        request.Operation is { } whole ? whole with { Id = Guid.NewGuid(), IsRetry = false, EarlierMayRun = false } : null;

    private async ValueTask<bool> DeleteFoldersBelowAsync(string folder, CancellationToken cancellationToken)
    {
        var folders = new ListOptions
        {
            Recursive = true,
            Kinds = ListKinds.Folders,
            PageSize = PageSize,
        };
        string? token = null;
        do
        {
            var page = await Backend.ListPageAsync(folder, folders, token, cancellationToken);
            foreach (var key in page.Entries.Select(e => e.Path).OrderByDescending(p => p.Count(c => c == '/')))
            {
                await TryDeleteEmptyAsync(key, cancellationToken);
                if (IsLate)
                    return false;
            }

            token = page.ContinuationToken;
        } while (token is not null);
        return true;
    }

    private async ValueTask<bool> TryDeleteEmptyAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            await Backend.DeleteFolderAsync(folder, new DeleteFolderOptions { IgnoreMissing = true }, cancellationToken);
            return true;
        }
        catch (FolderNotEmptyException)
        {
            return false;
        }
    }

    /// <summary>The first page that is not empty. Deleted entries are not listed again, so every page is read as a first page.</summary>
    private async ValueTask<string[]> FirstAsync(string folder, ListOptions options, CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var page = await Backend.ListPageAsync(folder, options, token, cancellationToken);
            if (page.Entries.Count > 0)
                return [.. page.Entries.Select(e => e.Path)];
            token = page.ContinuationToken;
        } while (token is not null);
        return [];
    }
}
