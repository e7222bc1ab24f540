namespace RemoteStore.Grains;

/// <summary>
/// An offer to carry the bytes of one open transfer over one HTTP connection, outside the calls: those of a download as the answer to a
/// request, those of an upload as frames.
/// </summary>
[GenerateSerializer, Immutable, Alias("remotestore.direct-download")]
public sealed record DirectOffer
{
    /// <summary>Where the silo listens, as <c>address:port</c>.</summary>
    [Id(0)]
    public required string EndPoint { get; init; }

    /// <summary>What the request shows (a bearer token): good once, for this direction, and as long as the transfer is open.</summary>
    [Id(1)]
    public required string Ticket { get; init; }

    /// <summary>Shows the place, and never the ticket.</summary>
    public override string ToString() => $"{nameof(DirectOffer)} {{ {EndPoint} }}";
}
