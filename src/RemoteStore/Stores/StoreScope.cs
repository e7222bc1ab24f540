using System.Runtime.CompilerServices;

namespace RemoteStore;

/// <summary>
/// Maps between a store's paths and the keys of its backend. Validates and prefixes input, and strips the root from all output, errors
/// included, so that a child store never leaks the name of its root.
/// </summary>
internal readonly struct StoreScope(RemotePath root, string backendName)
{
    private readonly string _prefix = root.IsRoot ? "" : root.Value + "/";

    internal bool IsWhole => _prefix.Length == 0;

    /// <summary>The info of a root that does not exist yet: roots exist by definition.</summary>
    internal static RemoteFolderInfo EmptyRoot { get; } = new("", 0, 0, null);

    /// <summary>Whether the key is this scope's root, which is a folder of the backend and may be absent.</summary>
    internal bool IsOwnRoot(string key) => !IsWhole && key == root.Key;

    /// <summary>The kind of entry at a key. The root counts as a folder even if the backend has no such folder yet.</summary>
    internal EntryKind OwnRootIs(string key, EntryKind kind) => kind == EntryKind.None && IsOwnRoot(key) ? EntryKind.Folder : kind;

    internal string FileKey(string path) => KeyOf(RemotePath.Parse(path).Value);

    internal string QueryKey(string path) => path is "" or "." ? root.Key : FileKey(path);

    /// <summary>The key of a canonical path below the root.</summary>
    internal string KeyOf(string path)
    {
        if (IsWhole)
            return path;
        var key = _prefix + path;
        if (PathRules.Canonicalize(key, foldBackslash: false, out _) is { } fault)
            throw new InvalidPathException(fault, path, backendName);
        return key;
    }

    internal bool Contains(string key) => IsWhole || key == root.Key || key.StartsWith(_prefix, StringComparison.Ordinal);

    internal string PathOf(string key) =>
        IsWhole || !key.StartsWith(_prefix, StringComparison.Ordinal)
            ? key == root.Key
                ? ""
                : key
            : key[_prefix.Length..];

    internal RemoteFileInfo Rebase(RemoteFileInfo info) => IsWhole ? info : info with { Path = PathOf(info.Path) };

    internal RemoteFolderInfo Rebase(RemoteFolderInfo info) => IsWhole ? info : info with { Path = PathOf(info.Path) };

    internal RemoteEntry Rebase(RemoteEntry entry) => IsWhole ? entry : entry with { Path = PathOf(entry.Path) };

    internal WriteResult Rebase(WriteResult result) => IsWhole ? result : result with { Path = PathOf(result.Path) };

    internal ListPage Rebase(ListPage page)
    {
        if (IsWhole)
            return page;
        var scope = this;
        return page with { Entries = [.. page.Entries.Select(scope.Rebase)] };
    }

    /// <summary>A listing of the backend with this store's paths in its entries and errors.</summary>
    internal async IAsyncEnumerable<RemoteEntry> RebaseAsync(
        IAsyncEnumerable<RemoteEntry> source,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var enumerator = source.GetAsyncEnumerator(cancellationToken);
        await using (enumerator.ConfigureAwait(false))
        {
            while (await StepAsync(enumerator).ConfigureAwait(false))
                yield return Rebase(enumerator.Current);
        }
    }

    /// <summary>The error with the store's paths; null when it can pass unchanged.</summary>
    internal RemoteStoreException? Rebase(RemoteStoreException error) =>
        IsWhole || error.Path is not { } path || PathOf(path) == path ? null : error.WithPath(PathOf(path));

    private async ValueTask<bool> StepAsync(IAsyncEnumerator<RemoteEntry> enumerator)
    {
        try
        {
            return await enumerator.MoveNextAsync().ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    /// <summary>The key of a native name, relative to the store.</summary>
    internal string ToPath(string key)
    {
        if (!Contains(key) || (PathOf(key) is { Length: > 0 } path && !RemotePath.TryParse(path, out _)))
            throw new InvalidPathException("The native path is outside the store's root.", PathRules.Printable(key), backendName);
        return PathOf(key);
    }
}
