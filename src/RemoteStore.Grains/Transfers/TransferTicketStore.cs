using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace RemoteStore.Grains;

/// <summary>The tickets of one direction. Each ticket can be used once. Thread-safe.</summary>
/// <typeparam name="T">The object that a ticket identifies.</typeparam>
internal sealed class TransferTicketStore<T>
{
    private const int Digits = 32;
    private readonly ConcurrentDictionary<string, T> _offered = new(StringComparer.Ordinal);

    internal TransferTicketStore() { }

    /// <summary>Takes a ticket, which is then used up.</summary>
    /// <param name="ticket">The ticket presented by the request.</param>
    /// <param name="offered">The object of the ticket.</param>
    /// <returns>False when no open transfer of this direction has the ticket.</returns>
    public bool TryTake(string ticket, [MaybeNullWhen(false)] out T offered) => _offered.TryRemove(ticket, out offered);

    internal DirectOffer Add(string endPoint, T offered)
    {
        var offer = new DirectOffer { EndPoint = endPoint, Ticket = RandomNumberGenerator.GetHexString(Digits, lowercase: true) };
        _offered[offer.Ticket] = offered;
        return offer;
    }

    /// <returns>False when the ticket was already taken.</returns>
    internal bool Withdraw(DirectOffer offer) => _offered.TryRemove(offer.Ticket, out _);
}
