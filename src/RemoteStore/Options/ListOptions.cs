namespace RemoteStore;

/// <summary>What a listing shows.</summary>
[Flags]
public enum ListKinds
{
    /// <summary>Files.</summary>
    Files = 1,

    /// <summary>Folders.</summary>
    Folders = 2,

    /// <summary>Both.</summary>
    All = Files | Folders,
}

/// <summary>How to list. The order is the backend's own.</summary>
public sealed record ListOptions
{
    /// <summary>The files and folders that lie directly in the folder.</summary>
    public static ListOptions Default { get; } = new();

    /// <summary>Files, folders, or both (the default).</summary>
    public ListKinds Kinds { get; init; } = ListKinds.All;

    /// <summary>Whether to go below sub-folders; default false.</summary>
    public bool Recursive { get; init; }

    /// <summary>
    /// How many folders deep: 0 for direct children only; null for no limit. At a backend it acts only together with
    /// <see cref="Recursive"/>; at a store setting it decides, whatever <see cref="Recursive"/> says.
    /// </summary>
    public int? MaxDepth { get; init; }

    /// <summary>
    /// Only entries whose name (last segment) matches, by ordinal comparison of Unicode code points: <c>*</c>, <c>?</c>, <c>[abc]</c>,
    /// <c>[!abc]</c>. At most 1,024 characters. It filters results and does not stop the descent. Null for all.
    /// </summary>
    public string? Pattern { get; init; }

    /// <summary>
    /// The entries of a page at most, 1 to 10,000; default 1,000. Also how many entries an enumeration fetches at a time.
    /// </summary>
    public int PageSize { get; init; } = 1000;
}
