using System.Runtime.CompilerServices;

namespace RemoteStore;

/// <summary>A whole listing made of single pages.</summary>
internal static class PagedListing
{
    internal static async IAsyncEnumerable<RemoteEntry> EnumerateAsync(
        AsyncBackend backend,
        string key,
        ListOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? next = null;
        do
        {
            var page = await backend.ListPageAsync(key, options, next, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page.Entries)
                yield return entry;
            if (next is not null && page.ContinuationToken == next)
                throw new RemoteStoreException(
                    "The listing does not advance: the backend returned the same continuation token again.",
                    key,
                    backend.Name
                );
            next = page.ContinuationToken;
        } while (next is not null);
    }
}
