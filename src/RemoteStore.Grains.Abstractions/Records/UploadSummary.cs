namespace RemoteStore.Grains;

/// <summary>What the sender of an upload knows of all its bytes.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.upload-summary")]
public sealed record UploadSummary
{
    /// <summary>How many bytes were sent.</summary>
    [Id(0)]
    public long Length { get; init; }

    /// <summary>Their <see cref="TransferHash"/>.</summary>
    [Id(1)]
    public ulong Hash { get; init; }
}
