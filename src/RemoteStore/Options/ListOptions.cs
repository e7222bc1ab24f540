namespace RemoteStore;

/// <summary>Which kinds of entries a listing includes.</summary>
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

/// <summary>How to list. The order of entries depends on the backend.</summary>
public sealed record ListOptions
{
    /// <summary>The files and folders directly in the folder.</summary>
    public static ListOptions Default { get; } = new();

    /// <summary>Files, folders, or both (the default).</summary>
    public ListKinds Kinds { get; init; } = ListKinds.All;

    /// <summary>Whether to include the contents of sub-folders; default false.</summary>
    public bool Recursive { get; init; }

    /// <summary>
    /// How many folders deep to list: 0 for direct children only; null for no limit. On a backend it applies only together with
    /// <see cref="Recursive"/>; on a store it applies whatever <see cref="Recursive"/> is.
    /// </summary>
    public int? MaxDepth { get; init; }

    /// <summary>
    /// Only entries whose name (last segment) matches, by ordinal comparison of Unicode code points: <c>*</c>, <c>?</c>, <c>[abc]</c>,
    /// <c>[!abc]</c>. At most 1,024 characters. It filters results and does not stop the descent. Null for all.
    /// </summary>
    public string? Pattern { get; init; }

    /// <summary>
    /// The maximum number of entries of a page, 1 to 10,000; default 1,000. Also the number of entries that an enumeration fetches at a
    /// time.
    /// </summary>
    public int PageSize { get; init; } = 1000;
}
