namespace RemoteStore.Grains;

/// <summary>An opened upload.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.upload-session")]
public sealed record UploadSession
{
    /// <summary>
    /// The token with which another silo resumes the upload when this one is lost; null where staged bytes are lost with the silo.
    /// </summary>
    [Id(0)]
    public string? ResumeToken { get; init; }

    /// <summary>Where chunks can be sent as frames instead of calls; null if not available.</summary>
    [Id(1)]
    public DirectOffer? Direct { get; init; }
}
