namespace RemoteStore.Grains;

/// <summary>The totals of all files below a folder.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.folder-reply")]
public sealed record FolderReply
{
    /// <summary>The number of files.</summary>
    [Id(0)]
    public long FileCount { get; init; }

    /// <summary>The size of all files, in bytes.</summary>
    [Id(1)]
    public long TotalSize { get; init; }

    /// <summary>The latest change of a file.</summary>
    [Id(2)]
    public DateTimeOffset? LastModified { get; init; }
}
