using Azure;
using Azure.Storage.Blobs.Models;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

internal sealed partial class AzureDriver
{
    private const int MaxPage = 5000;

    public override ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    ) =>
        recursive
            ? ListBlobsAsync(folder, Absolute(cursor, PrefixOf(folder)), limit, cancellationToken)
            : ListLevelAsync(folder, Absolute(cursor, PrefixOf(folder)), limit, cancellationToken);

    /// <summary>Deletes every blob below the prefix, also those that listings hide because no key could name them.</summary>
    public override async ValueTask<bool> DeleteTreeAsync(string folder, CancellationToken cancellationToken)
    {
        if (dataLake is not null)
        {
            await dataLake.DeleteTreeAsync(folder, cancellationToken).ConfigureAwait(false);
            return true;
        }

        string? cursor = null;
        do
        {
            var page = await BlobsAsync(BlobTraits.None, folder, cursor, MaxPage, cancellationToken).ConfigureAwait(false);
            var workers = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(page.Values, workers, (blob, token) => DeleteIfThereAsync(blob.Name, token)).ConfigureAwait(false);
            cursor = CursorOf(page);
        } while (cursor is not null);
        if ((await LookupAsync(folder, cancellationToken).ConfigureAwait(false)).Entry is { IsFolder: true })
            await DeleteIfThereAsync(folder, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static string PrefixOf(string folder) => folder.Length == 0 ? "" : folder + "/";

    private static string? CursorOf<T>(Page<T> page) => string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken;

    /// <summary>Cursors are returned to callers, so a marker that begins with the listed prefix is returned without it.</summary>
    private static string? Relative(string? marker, string prefix) =>
        marker is null ? null
        : prefix.Length > 0 && marker.StartsWith(prefix, StringComparison.Ordinal) ? "+" + marker[prefix.Length..]
        : "=" + marker;

    private static string? Absolute(string? cursor, string prefix) =>
        cursor is null ? null
        : cursor.StartsWith('+') ? prefix + cursor[1..]
        : cursor[1..];

    /// <summary>
    /// Whether a key can name the blob. Names with empty segments, control characters or the library's own prefixes are hidden.
    /// </summary>
    private static bool IsKey(string name) => RemotePath.TryParse(name, out var path) && path.Value == name;

    private static async ValueTask<Page<T>> FirstPageAsync<T>(
        AsyncPageable<T> listing,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    )
        where T : notnull
    {
        var pages = listing.AsPages(cursor, Math.Min(limit, MaxPage)).GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            await AzureCall.Timed(pages.MoveNextAsync().AsTask(), cancellationToken).ConfigureAwait(false);
            // A marker equal to that of its own page would be followed endlessly.
            return pages.Current.ContinuationToken is { Length: > 0 } next && next == cursor
                ? throw new MalformedResponseException("its listing does not advance")
                : pages.Current;
        }
    }

    private async ValueTask<DriverPage> ListBlobsAsync(string folder, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await BlobsAsync(BlobTraits.Metadata, folder, cursor, limit, cancellationToken).ConfigureAwait(false);
        return new DriverPage(
            [.. AzureCall.Read(() => page.Values.Where(b => IsKey(b.Name)).Select(AzureFiles.EntryOf).Where(e => !e.IsFolder).ToList())],
            Relative(CursorOf(page), PrefixOf(folder))
        );
    }

    private async ValueTask<Page<BlobItem>> BlobsAsync(
        BlobTraits traits,
        string folder,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var listing = container.GetBlobsAsync(traits, BlobStates.None, PrefixOf(folder), cancellationToken);
        var page = await FirstPageAsync(listing, cursor, limit, cancellationToken).ConfigureAwait(false);
        foreach (var blob in page.Values)
            Below(blob.Name, folder);
        return page;
    }

    /// <summary>A listed name, which must be below the folder: a deletion by listing must affect nothing else.</summary>
    private static string Below(string? name, string folder) =>
        name?.Length > 0 && name.StartsWith(PrefixOf(folder), StringComparison.Ordinal)
            ? name
            : throw new MalformedResponseException("it lists entries outside the folder");

    private async ValueTask<DriverPage> ListLevelAsync(string folder, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var listing = container.GetBlobsByHierarchyAsync(BlobTraits.Metadata, BlobStates.None, "/", PrefixOf(folder), cancellationToken);
        var page = await FirstPageAsync(listing, cursor, limit, cancellationToken).ConfigureAwait(false);
        var entries = new List<DriverEntry>(page.Values.Count);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in page.Values)
        {
            var name = Below(item.IsPrefix ? item.Prefix : item.Blob.Name, folder);
            name = item.IsPrefix ? name[..^1] : name;
            if (!IsKey(name) || name.Length <= folder.Length)
                continue;
            var entry = item.IsPrefix ? new DriverEntry(new RemoteFolderEntry(name)) : AzureCall.Read(() => AzureFiles.EntryOf(item.Blob));
            // A folder with a marker and contents is listed twice.
            if (!entry.IsFolder || folders.Add(name))
                entries.Add(entry);
        }

        return new DriverPage(entries, Relative(CursorOf(page), PrefixOf(folder)));
    }

    private async ValueTask<bool> HasChildrenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var page = await BlobsAsync(BlobTraits.None, key, null, 1, cancellationToken).ConfigureAwait(false);
            // The service may return an empty page although more follow.
            while (page.Values.Count == 0 && CursorOf(page) is { } cursor)
                page = await BlobsAsync(BlobTraits.None, key, cursor, 1, cancellationToken).ConfigureAwait(false);
            return page.Values.Count > 0;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private async ValueTask DeleteIfThereAsync(string name, CancellationToken cancellationToken)
    {
        // A client of the caller may trim slashes, and would delete another blob than the listed one.
        if (container.GetBlobClient(name).Name != name)
            return;
        try
        {
            await DeleteBlobAsync(name, null, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Another client has deleted it concurrently, which is the intended result.
        }
    }
}
