using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace RemoteStore.Bench;

/// <summary>A bare cluster client and a bare HTTP client of the floor.</summary>
internal sealed class FloorClient : IDisposable
{
    internal const string ClusterId = "floor";
    private readonly IHost _host;

    internal FloorClient(ChildProcess floor)
    {
        _host = new HostBuilder()
            .UseOrleansClient(builder =>
                builder
                    .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, floor.GatewayPort))
                    .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (ClusterId, ClusterId))
            )
            .Build();
        _host.Start();
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{floor.HttpPort}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    internal HttpClient Http { get; }

    internal IFloorGrain Grain(string key) => _host.Services.GetRequiredService<IClusterClient>().GetGrain<IFloorGrain>(key);

    /// <summary>Reads a body to its end.</summary>
    internal async Task<long> GetAsync(string path, byte[] buffer, CancellationToken cancellationToken = default)
    {
        using var response = await Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken);
        return await Drain.ReadAsync(body, buffer, cancellationToken);
    }

    internal async Task PutAsync(string path, Stream content)
    {
        using var body = new StreamContent(content, Sizes.Block);
        using var response = await Http.PutAsync(path, body);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        Http.Dispose();
        _host.StopAsync().Wait();
        _host.Dispose();
    }
}
