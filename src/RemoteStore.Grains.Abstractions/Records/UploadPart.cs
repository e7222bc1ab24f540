namespace RemoteStore.Grains;

/// <summary>The bytes of an upload up to a point, and how to resume from there.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.upload-part")]
public sealed record UploadPart
{
    /// <summary>The <see cref="UploadSession.ResumeToken"/> of the session that was lost; it is used up.</summary>
    [Id(0)]
    public required string ResumeToken { get; init; }

    /// <summary>How many bytes were acknowledged.</summary>
    [Id(1)]
    public long Length { get; init; }

    /// <summary>Their <see cref="TransferHash"/>.</summary>
    [Id(2)]
    public ulong Hash { get; init; }
}
