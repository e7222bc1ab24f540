namespace RemoteStore.Grains;

/// <summary>An upload that was opened.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.upload-session")]
public sealed record UploadSession
{
    /// <summary>With this token another silo resumes the upload when this one is lost; null where what is staged is lost with it.</summary>
    [Id(0)]
    public string? ResumeToken { get; init; }

    /// <summary>Where its chunks can be sent outside the calls, as frames; null for nowhere.</summary>
    [Id(1)]
    public DirectOffer? Direct { get; init; }
}
