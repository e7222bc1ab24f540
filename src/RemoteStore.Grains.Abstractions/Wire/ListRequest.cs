namespace RemoteStore.Grains;

/// <summary>A request to list a folder.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.list-request")]
public sealed record ListRequest
{
    /// <summary>The canonical key; empty for the root.</summary>
    [Id(0)]
    public required string Folder { get; init; }

    /// <summary>See <see cref="ListKinds"/>.</summary>
    [Id(1)]
    public int Kinds { get; init; }

    /// <summary>Whether to include sub-folders.</summary>
    [Id(2)]
    public bool Recursive { get; init; }

    /// <summary>The largest depth; null for no limit.</summary>
    [Id(3)]
    public int? MaxDepth { get; init; }

    /// <summary>The pattern of names.</summary>
    [Id(4)]
    public string? Pattern { get; init; }

    /// <summary>The largest number of entries.</summary>
    [Id(5)]
    public int PageSize { get; init; }

    /// <summary>The token of the previous page.</summary>
    [Id(6)]
    public string? ContinuationToken { get; init; }

    /// <summary>Converts options to a request.</summary>
    /// <param name="folder">The canonical key.</param>
    /// <param name="options">The options.</param>
    /// <param name="token">The token of the previous page; null for the first.</param>
    public static ListRequest From(string folder, ListOptions options, string? token)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ListRequest
        {
            Folder = folder,
            Kinds = (int)options.Kinds,
            Recursive = options.Recursive,
            MaxDepth = options.MaxDepth,
            Pattern = options.Pattern,
            PageSize = options.PageSize,
            ContinuationToken = token,
        };
    }

    /// <summary>Converts back to options.</summary>
    public ListOptions ToOptions() =>
        new()
        {
            Kinds = (ListKinds)Kinds,
            Recursive = Recursive,
            MaxDepth = MaxDepth,
            Pattern = Pattern,
            PageSize = PageSize,
        };
}
