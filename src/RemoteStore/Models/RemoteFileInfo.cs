namespace RemoteStore;

/// <summary>Information about a file. Compared by value.</summary>
/// <param name="Path">The path, relative to the store or backend that was called.</param>
/// <param name="Size">The size in bytes.</param>
public sealed record RemoteFileInfo(string Path, long Size) : RemoteEntry(Path)
{
    /// <summary>When the content last changed; null when the backend does not report it.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The opaque version of the file, for conditions; not comparable across backends. Null when there is none.</summary>
    public string? ETag { get; init; }

    /// <summary>A verified hash of the content, when the backend stores one.</summary>
    public ContentDigest? Digest { get; init; }

    /// <summary>The media type (RFC 9110, section 8.3), when the backend stores one.</summary>
    public string? ContentType { get; init; }

    /// <summary>The user's own key-value pairs; null when there are none.</summary>
    public UserMetadata? Metadata { get; init; }
}
