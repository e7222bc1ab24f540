namespace RemoteStore.Grains;

/// <summary>Length and hash of all bytes, as the sender computed them.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.upload-summary")]
public sealed record UploadSummary
{
    /// <summary>The number of bytes sent.</summary>
    [Id(0)]
    public long Length { get; init; }

    /// <summary>Their <see cref="TransferHash"/>.</summary>
    [Id(1)]
    public ulong Hash { get; init; }

    /// <summary>
    /// Whether the staged bytes are kept for the holder of the token, even if the end of the upload is not received. Otherwise, and
    /// by silos that do not support this yet, they are deleted with the upload unless <see cref="IUploadGrain.Close"/> keeps them.
    /// </summary>
    [Id(2)]
    public bool Keep { get; init; }
}
