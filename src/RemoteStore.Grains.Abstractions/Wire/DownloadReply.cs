namespace RemoteStore.Grains;

/// <summary>An opened download.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.download-reply")]
public sealed record DownloadReply
{
    /// <summary>The file; the whole download reads this version.</summary>
    [Id(0)]
    public required WireFile File { get; init; }

    /// <summary>Where all bytes can be fetched in one response instead of chunks; null if not available.</summary>
    [Id(1)]
    public DirectOffer? Direct { get; init; }
}
