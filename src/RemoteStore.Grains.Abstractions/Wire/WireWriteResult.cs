namespace RemoteStore.Grains;

/// <summary>The result of a write, without its path.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.write-result")]
public sealed record WireWriteResult
{
    /// <summary>The size in bytes.</summary>
    [Id(0)]
    public long Size { get; init; }

    /// <summary>The source of the metadata, see <see cref="WriteResultSource"/>.</summary>
    [Id(1)]
    public int Source { get; init; }

    /// <summary>The new version.</summary>
    [Id(2)]
    public string? ETag { get; init; }

    /// <summary>The algorithm of the digest; null when there is none.</summary>
    [Id(3)]
    public string? DigestAlgorithm { get; init; }

    /// <summary>The digest in hexadecimal.</summary>
    [Id(4)]
    public string? DigestValue { get; init; }

    /// <summary>When the content changed.</summary>
    [Id(5)]
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The user metadata; null for none.</summary>
    [Id(6)]
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>Converts a result to its wire format.</summary>
    /// <param name="result">The result.</param>
    public static WireWriteResult From(WriteResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new WireWriteResult
        {
            Size = result.Size,
            Source = (int)result.Source,
            ETag = result.ETag,
            DigestAlgorithm = result.Digest?.Algorithm,
            DigestValue = result.Digest?.Value,
            LastModified = result.LastModified,
            Metadata = WireMetadata.ToWire(result.Metadata),
        };
    }

    /// <summary>Converts back to a result.</summary>
    /// <param name="path">The path of the file.</param>
    public WriteResult ToResult(string path) =>
        new(path, Size, (WriteResultSource)Source)
        {
            ETag = ETag,
            Digest = WireMetadata.Digest(DigestAlgorithm, DigestValue),
            LastModified = LastModified,
            Metadata = UserMetadata.From(Metadata),
        };
}
