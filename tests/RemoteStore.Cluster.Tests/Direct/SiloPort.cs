using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>A port for the transfers of a silo, as real silos have it.</summary>
internal sealed class SiloPort : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CountdownEvent _running = new(1);
    private int _requests;

    private SiloPort(OfferingSilo silo)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder
            .Services.AddSingleton(silo.Direct)
            .AddSingleton(silo.Grains)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<AccessControl>();
        _app = builder.Build();
        var serve = RemoteStoreTransferExtensions.Serve(_app.Services);
        _app.Run(async context =>
        {
            Interlocked.Increment(ref _requests);
            _running.AddCount();
            try
            {
                await serve(context);
            }
            finally
            {
                _running.Signal();
            }
        });
    }

    /// <summary>How many requests have come.</summary>
    internal int Requests => _requests;

    internal string EndPoint => new Uri(_app.Urls.Single()).Authority;

    internal static async Task<SiloPort> StartAsync(OfferingSilo silo)
    {
        var port = new SiloPort(silo);
        await port._app.StartAsync();
        silo.Direct.EndPoint = port.EndPoint;
        return port;
    }

    internal static DownloadSender Sender(OfferingSilo silo, TimeProvider? clock = null) =>
        new(
            silo.Direct,
            new AccessControl(NullLoggerFactory.Instance),
            silo.Grains,
            clock ?? TimeProvider.System,
            NullLogger<DownloadSender>.Instance
        );

    internal static HttpRequestMessage Request(DirectOffer offer) =>
        new(HttpMethod.Get, $"http://{offer.EndPoint}/")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", offer.Ticket) },
        };

    /// <summary>Asks to change to frames.</summary>
    /// <returns>The connection, after the answer's first line was read.</returns>
    internal static async Task<(NetworkStream Connection, string Answer)> UpgradeAsync(
        DirectOffer offer,
        string protocol = "remotestore-upload"
    )
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(offer.EndPoint));
        var connection = new NetworkStream(socket, ownsSocket: true);
        await connection.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET / HTTP/1.1\r\nHost: silo\r\nAuthorization: Bearer {offer.Ticket}\r\nConnection: Upgrade\r\nUpgrade: "
                    + $"{protocol}\r\n\r\n"
            )
        );
        return (connection, (await HttpHead.ReadAsync(connection)).Split("\r\n")[0]);
    }

    /// <summary>Waits until all requests have ended. None can come afterwards.</summary>
    internal Task AllEndedAsync(CancellationToken cancellationToken)
    {
        _running.Signal();
        return Task.Run(() => Assert.True(_running.Wait(OfferingSilo.Watchdog, cancellationToken)), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _running.Dispose();
    }
}
