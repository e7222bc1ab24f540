namespace RemoteStore.Grains;

/// <summary>
/// The open transfers of this silo whose bytes use a separate port of the host instead of calls. A peer that presents
/// a ticket may send or receive them. Thread-safe.
/// </summary>
internal sealed class DirectTransfers : IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private volatile string? _endPoint;

    /// <summary>
    /// The address of the host's port, as <c>address:port</c>. Null until the host sets it; then no direct transfers are offered.
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

    /// <summary>Cancelled to end the transfers on the port when the silo stops.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Ends all transfers on the port. The peers resume them by calls, or at other silos.</summary>
    public void CutOff() => _cut.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cut.Dispose();

    internal DirectOffer? Offer(PendingDownload download) => EndPoint is { } endPoint ? Downloads.Add(endPoint, download) : null;

    internal DirectOffer? Offer(PendingUpload upload) => EndPoint is { } endPoint ? Uploads.Add(endPoint, upload) : null;
}
