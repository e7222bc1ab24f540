using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>The port for the bytes of large transfers, which serves nothing else. Its number is known once it is open.</summary>
internal sealed class TransferPort(SiloSettings settings)
{
    private ListenOptions? _listener;

    private int? Number => _listener?.IPEndPoint?.Port;

    internal void Listen(KestrelServerOptions kestrel)
    {
        if (!settings.DirectTransfers)
            return;
        kestrel.Listen(
            settings.ListenAddress,
            settings.TransferPort,
            listener =>
            {
                _listener = listener;
                // The only HTTP version that supports an upgrade to another protocol.
                listener.Protocols = HttpProtocols.Http1;
                listener.Gate(PortNames.Transfer);
                if (listener.ApplicationServices.GetService<ClusterTls>() is { } tls)
                {
                    listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.FromAnyone()) });
                    var connections = listener.ApplicationServices.GetRequiredService<ClientConnections>();
                    listener.Use(
                        (connection, next) =>
                            connections.RunAsync(connection, connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate, next)
                    );
                }
            }
        );
    }

    /// <summary>Serves the port, and enables direct transfers as soon as it is open.</summary>
    internal void Map(WebApplication app) =>
        app.MapRemoteStoreTransfers(() => Number, port => new IPEndPoint(settings.ReachableAddress, port).ToString());
}
