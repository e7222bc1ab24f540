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

    /// <summary>
    /// Whether what is staged is kept for the one who has the token, also when the upload's end is not received. Otherwise, and by silos
    /// that do not know this yet, it is dropped with the upload unless <see cref="IUploadGrain.Close"/> says to keep it.
    /// </summary>
    [Id(2)]
    public bool Keep { get; init; }
}
