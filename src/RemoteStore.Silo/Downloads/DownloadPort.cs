using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>The port that sends large downloads in one piece, and serves nothing else. Which one it is, is known once it is open.</summary>
internal sealed class DownloadPort(SiloSettings settings)
{
    private ListenOptions? _listener;

    private int? Number => _listener?.IPEndPoint?.Port;

    internal void Listen(KestrelServerOptions kestrel)
    {
        if (!settings.DirectDownloads)
            return;
        kestrel.Listen(settings.ListenAddress, settings.TransferPort, listener =>
        {
            _listener = listener;
            listener.Protocols = HttpProtocols.Http1;
            if (listener.ApplicationServices.GetService<ClusterTls>() is { } tls)
                listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.FromAnyone()) });
        });
    }

    /// <summary>Serves the port, and has downloads offered on it as soon as it is open.</summary>
    internal void Map(WebApplication app)
    {
        var sender = ActivatorUtilities.CreateInstance<DownloadSender>(app.Services);
        app.MapWhen(c => c.Connection.LocalPort == Number, b => b.Run(sender.SendAsync));
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            if (Number is { } port)
                app.Services.GetRequiredService<DirectDownloads>().EndPoint = new IPEndPoint(settings.ReachableAddress, port).ToString();
        });
    }
}
