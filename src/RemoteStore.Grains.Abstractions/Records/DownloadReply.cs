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
    public DirectDownload? Direct { get; init; }
}

/// <summary>An offer to send the bytes of one open download as the answer to one HTTP request.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.direct-download")]
public sealed record DirectDownload
{
    /// <summary>Where the silo listens, as <c>address:port</c>.</summary>
    [Id(0)]
    public required string EndPoint { get; init; }

    /// <summary>What the request says to get them (a bearer token): good once, and as long as the download is open.</summary>
    [Id(1)]
    public required string Ticket { get; init; }

    /// <summary>Tells the place, and never the ticket.</summary>
    public override string ToString() => $"{nameof(DirectDownload)} {{ {EndPoint} }}";
}
