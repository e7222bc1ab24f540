using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace RemoteStore.Silo;

/// <summary>
/// Opens a port of Orleans with Kestrel's sockets, which apply backpressure in both directions: they stop reading when
/// received bytes are not consumed, and stop a sender whose peer does not read. Orleans' own sockets accept
/// everything. Connections are counted before any work is done for them.
/// </summary>
internal sealed class GatedListeners(ConnectionGate gate, ILoggerFactory loggers) : IConnectionListenerFactory
{
    private const int BufferSize = 256 * 1024;
    private readonly SocketTransportFactory _sockets = new(
        Options.Create(new SocketTransportOptions { MaxReadBufferSize = BufferSize, MaxWriteBufferSize = BufferSize }),
        loggers
    );

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await _sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false), gate);

    /// <summary>Replaces the listeners of Orleans' ports: the first is for silos, the second for clients.</summary>
    internal static void Replace(IServiceCollection services)
    {
        var keys = services
            .Where(s => s.IsKeyedService && s.ServiceType == typeof(IConnectionListenerFactory))
            .Select(s => s.ServiceKey!)
            .ToArray();
        if (keys.Length != 2)
            throw new InvalidOperationException("Orleans must have a listener for silos and one for clients.");
        foreach (var key in keys)
        {
            var port = key == keys[0] ? PortNames.Silo : PortNames.Gateway;
            services.AddKeyedSingleton<IConnectionListenerFactory>(
                key,
                (s, _) => new GatedListeners(s.GetRequiredService<ConnectionGates>()[port], s.GetRequiredService<ILoggerFactory>())
            );
        }
    }

    private sealed class Listener(IConnectionListener inner, ConnectionGate gate) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } connection)
            {
                if (gate.TryEnter(connection.RemoteEndPoint) is { } address)
                {
                    connection.Items[typeof(PeerAddress)] = address;
                    connection.ConnectionClosed.Register(() => gate.Leave(address));
                    return connection;
                }

                connection.Abort();
                _ = connection.DisposeAsync().AsTask();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
