namespace RemoteStore.Grains;

/// <summary>A download that was opened.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.download-reply")]
public sealed record DownloadReply
{
    /// <summary>The file, which stays the one read until the end.</summary>
    [Id(0)]
    public required WireFile File { get; init; }

    /// <summary>Where all its bytes can be fetched at once instead of in chunks; null for nowhere.</summary>
    [Id(1)]
    public DirectOffer? Direct { get; init; }
}
