namespace RemoteStore.Cli.Commands;

/// <summary>The objects of a command with -r. Over an object store a path can be a file and a folder at once.</summary>
internal static class StoreTree
{
    private static readonly ListOptions FirstEntry = new() { PageSize = 1 };

    /// <summary>Whether any entry exists below the path, whatever the path itself is.</summary>
    internal static async Task<bool> HasFolderAsync(AsyncStore store, string path, CancellationToken token) =>
        await store.IsFolderAsync(path, token).ConfigureAwait(false)
        || (await store.ListPageAsync(path, FirstEntry, null, token).ConfigureAwait(false)).Entries.Count > 0;

    /// <summary>Refuses a condition on a whole folder: an ETag belongs to one file.</summary>
    /// <exception cref="ArgumentException">There is a condition.</exception>
    internal static void RefuseCondition(string? ifMatch, string path)
    {
        if (ifMatch is not null)
            throw new ArgumentException($"--if-match must name one file: '{path}' is a folder.");
    }
}
