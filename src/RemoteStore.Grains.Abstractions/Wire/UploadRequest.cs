namespace RemoteStore.Grains;

/// <summary>A request to upload a file in chunks.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.upload-request")]
public sealed record UploadRequest
{
    /// <summary>The store.</summary>
    [Id(0)]
    public required string Store { get; init; }

    /// <summary>The canonical key.</summary>
    [Id(1)]
    public required string Key { get; init; }

    /// <summary>The options of the write that follows.</summary>
    [Id(2)]
    public required WireWriteOptions Options { get; init; }

    /// <summary>The number of bytes, if known.</summary>
    [Id(3)]
    public long? SizeHint { get; init; }

    /// <summary>The largest size of a chunk, in bytes, 1 to <see cref="Payload.MaxLength"/>; 0 for the default.</summary>
    [Id(4)]
    public int ChunkSize { get; init; }

    /// <summary>
    /// The largest number of chunks that the caller has in flight, 1 to <see cref="TransferDefaults.MaxWindow"/>; 0 for the default.
    /// </summary>
    [Id(5)]
    public int Window { get; init; }

    /// <summary>The part to resume from, after the silo of another session was lost; null for a new upload.</summary>
    [Id(6)]
    public UploadPart? Resume { get; init; }
}
