using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using RemoteStore.Ownership;

namespace RemoteStore.Silo;

/// <summary>
/// Watches the connections of Orleans' ports. Ends those that do not identify themselves, that send too large or
/// unfinished messages, or that do not read their responses. Thread-safe.
/// </summary>
internal sealed class PeerWatch(ConnectionLimits limits, ConnectionGates gates, PeerLog log, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<WatchedPeer, bool> _peers = new();
    private readonly ConcurrentDictionary<string, ContentBudget> _held = new(StringComparer.Ordinal);

    internal int Count => _peers.Count;

    /// <summary>Watches the input of a port.</summary>
    /// <param name="connections">The builder of the connections, after TLS if used.</param>
    /// <param name="port">The name of the port.</param>
    /// <param name="maxMessage">The largest message, in bytes.</param>
    internal void Watch(IConnectionBuilder connections, string port, int maxMessage) =>
        connections.Use(next => connection => WatchAsync(next, connection, port, maxMessage));

    /// <summary>Ends the connections that exceeded a timeout.</summary>
    internal void CleanUp()
    {
        foreach (var peer in _peers.Keys)
            peer.Check();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            CleanUp();
    }

    private async Task WatchAsync(ConnectionDelegate next, ConnectionContext connection, string port, int maxMessage)
    {
        var address =
            connection.Items.TryGetValue(typeof(PeerAddress), out var known) && known is PeerAddress admitted
                ? admitted
                : new PeerAddress(ConnectionGate.AddressOf(connection.RemoteEndPoint));
        var held = _held.GetOrAdd(port, _ => new ContentBudget(limits.MaxHeldBytes));
        using var peer = new WatchedPeer(connection, gates[port].Port, address, limits, maxMessage, held, log, clock);
        _peers[peer] = true;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _peers.TryRemove(peer, out _);
        }
    }
}
