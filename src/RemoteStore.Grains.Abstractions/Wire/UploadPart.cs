namespace RemoteStore.Grains;

/// <summary>The acknowledged part of an upload, from which it resumes.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.upload-part")]
public sealed record UploadPart
{
    /// <summary>The <see cref="UploadSession.ResumeToken"/> of the lost session; it can be used once.</summary>
    [Id(0)]
    public required string ResumeToken { get; init; }

    /// <summary>The number of acknowledged bytes.</summary>
    [Id(1)]
    public long Length { get; init; }

    /// <summary>Their <see cref="TransferHash"/>.</summary>
    [Id(2)]
    public ulong Hash { get; init; }
}
