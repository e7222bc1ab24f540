namespace RemoteStore.Grains;

/// <summary>A request to download a file in chunks.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.download-request")]
public sealed record DownloadRequest
{
    /// <summary>The store.</summary>
    [Id(0)]
    public required string Store { get; init; }

    /// <summary>The canonical key.</summary>
    [Id(1)]
    public required string Key { get; init; }

    /// <summary>The range and the version.</summary>
    [Id(2)]
    public required ReadRequest Read { get; init; }

    /// <summary>The size of every chunk but the last, in bytes, 1 to <see cref="Payload.MaxLength"/>.</summary>
    [Id(3)]
    public int ChunkSize { get; init; }

    /// <summary>
    /// The largest number of chunks that the caller has in flight, 1 to <see cref="TransferDefaults.MaxWindow"/>; 0 for the default.
    /// </summary>
    [Id(4)]
    public int Window { get; init; }
}
