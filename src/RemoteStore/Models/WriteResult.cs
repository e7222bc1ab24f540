namespace RemoteStore;

/// <summary>Where the facts in a <see cref="WriteResult"/> come from.</summary>
public enum WriteResultSource
{
    /// <summary>From counting bytes: ETag, digest and time are null.</summary>
    Basic = 0,

    /// <summary>From the backend's response to the write.</summary>
    Native = 1,
}

/// <summary>The result of a write. Every fact that is set equals the one in a subsequent file info. Compared by value.</summary>
/// <param name="Path">The path written.</param>
/// <param name="Size">The bytes written, counted exactly.</param>
/// <param name="Source">Where the other facts come from.</param>
public sealed record WriteResult(string Path, long Size, WriteResultSource Source)
{
    /// <summary>The new version, for conditions.</summary>
    public string? ETag { get; init; }

    /// <summary>A verified hash of the content.</summary>
    public ContentDigest? Digest { get; init; }

    /// <summary>When the content changed, as reported by the backend.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The caller's metadata, as given.</summary>
    public UserMetadata? Metadata { get; init; }
}
