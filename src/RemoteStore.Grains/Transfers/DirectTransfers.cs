namespace RemoteStore.Grains;

/// <summary>
/// The open transfers of this silo whose bytes go over its host's own port, outside the calls, with the one who shows their ticket. Safe
/// for all threads.
/// </summary>
public sealed class DirectTransfers : IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private volatile string? _endPoint;

    /// <summary>
    /// Where the host has the port, as <c>address:port</c>; null, until the host says so, for nowhere: then none is offered.
    /// </summary>
    public string? EndPoint
    {
        get => _endPoint;
        set => _endPoint = value;
    }

    /// <summary>The downloads that wait for their receivers.</summary>
    public TransferTicketStore<PendingDownload> Downloads { get; } = new();

    /// <summary>The uploads that wait for their senders.</summary>
    public TransferTicketStore<PendingUpload> Uploads { get; } = new();

    /// <summary>Ends what goes over the port when the silo stops.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Ends all of it; the other ends continue by calls, or at other silos.</summary>
    public void CutOff() => _cut.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cut.Dispose();

    internal DirectOffer? Offer(PendingDownload download) => EndPoint is { } endPoint ? Downloads.Add(endPoint, download) : null;

    internal DirectOffer? Offer(PendingUpload upload) => EndPoint is { } endPoint ? Uploads.Add(endPoint, upload) : null;
}
