namespace RemoteStore;

/// <summary>Number and total size of the files below a folder. Folders themselves are not counted.</summary>
/// <param name="Path">The folder; empty for the root.</param>
/// <param name="FileCount">The number of files below it.</param>
/// <param name="TotalSize">The sum of their sizes, in bytes.</param>
/// <param name="LastModified">The latest known time of a file below it; null when none is known.</param>
public sealed record RemoteFolderInfo(string Path, long FileCount, long TotalSize, DateTimeOffset? LastModified)
{
    /// <summary>The last segment of the path; empty for the root.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
