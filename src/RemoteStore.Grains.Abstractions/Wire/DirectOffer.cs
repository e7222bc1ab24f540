namespace RemoteStore.Grains;

/// <summary>
/// An offer to carry the bytes of one open transfer over one HTTP connection instead of calls: a download as the
/// response to a request, an upload as frames.
/// </summary>
[GenerateSerializer, Immutable, Alias("remotestore.direct-download")]
public sealed record DirectOffer
{
    /// <summary>The address of the silo's port, as <c>address:port</c>.</summary>
    [Id(0)]
    public required string EndPoint { get; init; }

    /// <summary>The bearer token of the request: valid once, for this direction, while the transfer is open.</summary>
    [Id(1)]
    public required string Ticket { get; init; }

    /// <summary>Shows the address, never the ticket.</summary>
    public override string ToString() => $"{nameof(DirectOffer)} {{ {EndPoint} }}";
}
