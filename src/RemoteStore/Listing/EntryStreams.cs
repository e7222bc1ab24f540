using System.Runtime.CompilerServices;

namespace RemoteStore;

/// <summary>
/// The LINQ operators that listings need. The operators of <c>System.Linq.AsyncEnumerable</c> resume on the caller's synchronization
/// context, where a blocking caller would deadlock.
/// </summary>
internal static class EntryStreams
{
    /// <summary>The entries, cast to their common type.</summary>
    internal static async IAsyncEnumerable<T> CastEntriesAsync<T>(
        this IAsyncEnumerable<RemoteEntry> entries,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
        where T : RemoteEntry
    {
        await foreach (var entry in entries.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return (T)entry;
    }

    /// <summary>The files whose path matches.</summary>
    internal static async IAsyncEnumerable<RemoteFileInfo> MatchingAsync(
        this IAsyncEnumerable<RemoteFileInfo> files,
        GlobPattern glob,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var file in files.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (glob.IsMatch(file.Path))
                yield return file;
        }
    }
}
