using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace RemoteStore.Grains;

/// <summary>The tickets of one direction, each good once. Safe for all threads.</summary>
/// <typeparam name="T">What a ticket is for.</typeparam>
public sealed class TransferTicketStore<T>
{
    private const int Digits = 32;
    private readonly ConcurrentDictionary<string, T> _offered = new(StringComparer.Ordinal);

    internal TransferTicketStore() { }

    /// <summary>Takes a ticket, which is then used up.</summary>
    /// <param name="ticket">What the request showed.</param>
    /// <param name="offered">What it is for.</param>
    /// <returns>False when no open transfer of this direction has it.</returns>
    public bool TryTake(string ticket, [MaybeNullWhen(false)] out T offered) => _offered.TryRemove(ticket, out offered);

    internal DirectOffer Add(string endPoint, T offered)
    {
        var offer = new DirectOffer { EndPoint = endPoint, Ticket = RandomNumberGenerator.GetHexString(Digits, lowercase: true) };
        _offered[offer.Ticket] = offered;
        return offer;
    }

    /// <returns>False when the ticket was taken before.</returns>
    internal bool Withdraw(DirectOffer offer) => _offered.TryRemove(offer.Ticket, out _);
}
