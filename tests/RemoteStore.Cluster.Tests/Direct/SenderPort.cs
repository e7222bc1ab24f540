using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteStore.Grains;
using RemoteStore.Silo;

namespace RemoteStore.Cluster.Tests;

/// <summary>A port that sends the downloads of a silo as real silos do.</summary>
internal sealed class SenderPort : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SenderPort(WebApplication app) => _app = app;

    internal static async Task<SenderPort> StartAsync(OfferingSilo silo)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(Sender(silo).SendAsync);
        await app.StartAsync();
        silo.Direct.EndPoint = new Uri(app.Urls.Single()).Authority;
        return new SenderPort(app);
    }

    internal static DownloadSender Sender(OfferingSilo silo, TimeProvider? clock = null) =>
        new(silo.Direct, silo.Grains, clock ?? TimeProvider.System, NullLogger<DownloadSender>.Instance);

    internal static HttpRequestMessage Request(DirectOffer offer) => new(HttpMethod.Get, $"http://{offer.EndPoint}/")
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", offer.Ticket) },
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
