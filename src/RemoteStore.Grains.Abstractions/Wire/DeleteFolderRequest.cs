namespace RemoteStore.Grains;

/// <summary>A request to delete a folder.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.delete-folder-request")]
public sealed record DeleteFolderRequest
{
    /// <summary>The canonical key.</summary>
    [Id(0)]
    public required string Folder { get; init; }

    /// <summary>Whether the contents are deleted as well.</summary>
    [Id(1)]
    public bool Recursive { get; init; }

    /// <summary>Whether a missing folder is not an error.</summary>
    [Id(2)]
    public bool IgnoreMissing { get; init; }

    /// <summary>Whether an earlier call of the same request has deleted a part: a missing folder is success then.</summary>
    [Id(3)]
    public bool Continued { get; init; }

    /// <summary>The operation that the call belongs to; null for a call that is never retried.</summary>
    [Id(4)]
    public WireOperation? Operation { get; init; }
}
