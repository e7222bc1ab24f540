using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>Applies the limits of connections and messages to all ports of the silo.</summary>
internal static class SiloPorts
{
    /// <summary>Call after TLS was added: the watch needs the decrypted messages.</summary>
    internal static ISiloBuilder GuardPorts(this ISiloBuilder silo, SiloSettings settings)
    {
        var services = silo.Services;
        services.AddSingleton(ConnectionLimits.From(settings));
        services.AddSingleton<PeerLog>();
        services.AddSingleton<ConnectionGates>();
        services.AddSingleton<PeerWatch>().AddHostedService(s => s.GetRequiredService<PeerWatch>());
        GatedListeners.Replace(services);
        services
            .AddOptions<SiloConnectionOptions>()
            .Configure<PeerWatch, ConnectionLimits>(
                static (options, watch, limits) =>
                {
                    options.ConfigureGatewayInboundConnection(c => watch.Watch(c, PortNames.Gateway, limits.MaxClientMessage));
                    options.ConfigureSiloInboundConnection(c => watch.Watch(c, PortNames.Silo, MessageLimits.Body));
                }
            );
        services.AddSingleton<LoggerFactory>();
        services.Replace(
            ServiceDescriptor.Singleton<ILoggerFactory>(static s => new CalmLoggerFactory(
                s.GetRequiredService<LoggerFactory>(),
                s.GetService<TimeProvider>() ?? TimeProvider.System
            ))
        );
        return silo;
    }

    /// <summary>
    /// The limits of the ports that Kestrel serves. Large transfers use upgraded connections, to which these limits do not apply.
    /// </summary>
    internal static void GuardHttp(this KestrelServerOptions kestrel, SiloSettings settings)
    {
        var handshake = TimeSpan.FromSeconds(settings.HandshakeSeconds);
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = handshake;
        kestrel.Limits.KeepAliveTimeout = handshake;
    }

    /// <summary>Counts the connections of a port of Kestrel.</summary>
    internal static void Gate(this ListenOptions listener, string port)
    {
        var gate = listener.ApplicationServices.GetRequiredService<ConnectionGates>()[port];
        listener.Use(next => connection => RunAsync(gate, next, connection));
    }

    private static async Task RunAsync(ConnectionGate gate, ConnectionDelegate next, ConnectionContext connection)
    {
        if (gate.TryEnter(connection.RemoteEndPoint) is not { } address)
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            gate.Leave(address);
        }
    }
}
