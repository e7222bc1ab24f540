using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace RemoteStore.Grains;

/// <summary>
/// The open downloads of this silo whose bytes its host sends in one piece to whoever shows their ticket. Safe for all threads.
/// </summary>
public sealed class DirectDownloads : IDisposable
{
    private const int TicketDigits = 32;
    private readonly ConcurrentDictionary<string, Offered> _offered = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _cut = new();
    private volatile string? _endPoint;

    /// <summary>Where the host sends them from, as <c>address:port</c>; null, until the host says so, for nowhere: then none is offered.</summary>
    public string? EndPoint
    {
        get => _endPoint;
        set => _endPoint = value;
    }

    /// <summary>Ends the sending when the silo stops.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Ends all sending; the receivers go on at other silos.</summary>
    public void CutOff() => _cut.Cancel();

    /// <summary>Takes a ticket, which is then used up.</summary>
    /// <param name="ticket">What the request showed.</param>
    /// <param name="offered">The download.</param>
    /// <returns>False when no open download has it.</returns>
    public bool TryTake(string ticket, out Offered offered) => _offered.TryRemove(ticket, out offered);

    /// <inheritdoc/>
    public void Dispose() => _cut.Dispose();

    internal DirectDownload? Offer(Guid download, long length, CancellationToken ended)
    {
        if (EndPoint is not { } endPoint)
            return null;
        var offer = new DirectDownload { EndPoint = endPoint, Ticket = RandomNumberGenerator.GetHexString(TicketDigits, lowercase: true) };
        _offered[offer.Ticket] = new Offered(download, length, ended);
        return offer;
    }

    internal void Withdraw(DirectDownload offer) => _offered.TryRemove(offer.Ticket, out _);

    /// <summary>A download that may be fetched.</summary>
    /// <param name="Download">The key of its grain.</param>
    /// <param name="Length">How many bytes come.</param>
    /// <param name="Ended">Cancelled when the download ends before all of them were read: no more come.</param>
    public readonly record struct Offered(Guid Download, long Length, CancellationToken Ended);
}
