namespace RemoteStore.Grains;

/// <summary>The metadata of a file, without its path.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.file")]
public sealed record WireFile
{
    /// <summary>The size in bytes.</summary>
    [Id(0)]
    public long Size { get; init; }

    /// <summary>When the content last changed.</summary>
    [Id(1)]
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The opaque version.</summary>
    [Id(2)]
    public string? ETag { get; init; }

    /// <summary>The algorithm of the digest; null when there is none.</summary>
    [Id(3)]
    public string? DigestAlgorithm { get; init; }

    /// <summary>The digest in hexadecimal.</summary>
    [Id(4)]
    public string? DigestValue { get; init; }

    /// <summary>The media type.</summary>
    [Id(5)]
    public string? ContentType { get; init; }

    /// <summary>The user metadata; null for none.</summary>
    [Id(6)]
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>Converts a file to its wire format.</summary>
    /// <param name="file">The file.</param>
    public static WireFile From(RemoteFileInfo file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new WireFile
        {
            Size = file.Size,
            LastModified = file.LastModified,
            ETag = file.ETag,
            DigestAlgorithm = file.Digest?.Algorithm,
            DigestValue = file.Digest?.Value,
            ContentType = file.ContentType,
            Metadata = WireMetadata.ToWire(file.Metadata),
        };
    }

    /// <summary>Converts back to a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="RemoteStoreException">The size is negative.</exception>
    public RemoteFileInfo ToInfo(string path) =>
        Size < 0
            ? throw new RemoteStoreException($"The reply is malformed: the size must not be negative (was {Size}).", path)
            : new(path, Size)
            {
                LastModified = LastModified,
                ETag = ETag,
                Digest = WireMetadata.Digest(DigestAlgorithm, DigestValue),
                ContentType = ContentType,
                Metadata = UserMetadata.From(Metadata),
            };
}
