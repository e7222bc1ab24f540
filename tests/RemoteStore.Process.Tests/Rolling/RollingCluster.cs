using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

/// <summary>
/// Places for silos that keep their ports while silos come and go, a Redis server, and two clients that know all the places.
/// </summary>
internal sealed class RollingCluster : IAsyncDisposable
{
    private readonly RedisServer _redis;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly SiloProcess?[] _silos;
    private readonly string[][] _ports;
    private readonly List<RemoteStoreClient> _clients = [];

    private RollingCluster(RedisServer redis, IReadOnlyDictionary<string, string> settings, int places)
    {
        (_redis, _settings, _silos) = (redis, settings, new SiloProcess[places]);
        _ports =
        [
            .. Enumerable
                .Range(0, places)
                .Select(_ => new[] { FreePorts.Next(), FreePorts.Next(), FreePorts.Next() }.Select(p => $"{p}").ToArray()),
        ];
    }

    internal IReadOnlyList<AsyncStore> Stores => [.. _clients.Select(c => c.GetStore("main"))];

    internal static async Task<RollingCluster> StartAsync(
        Func<RedisServer, IReadOnlyDictionary<string, string>> settings,
        int places,
        int silos,
        CancellationToken cancellationToken
    )
    {
        var redis = await RedisServer.StartAsync(cancellationToken);
        var cluster = new RollingCluster(redis, settings(redis), places);
        try
        {
            for (var place = 0; place < silos; place++)
                await cluster.StartAsync(place, cancellationToken);
            for (var client = 0; client < 2; client++)
                cluster._clients.Add(await RemoteStoreClient.ConnectAsync(cluster.Options(), cancellationToken));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    internal async Task StartAsync(int place, CancellationToken cancellationToken)
    {
        string[] ports = ["--silo-port", _ports[place][0], "--gateway-port", _ports[place][1], "--http-port", _ports[place][2]];
        _silos[place] = await SiloProcess.StartReadyAsync(ports, _settings, cancellationToken);
    }

    /// <summary>As Kubernetes does it: SIGTERM, and an exit code of 0 within the limit.</summary>
    internal async Task StopAsync(int place, CancellationToken cancellationToken)
    {
        _silos[place]!.Send(Signal.Terminate);
        Assert.Equal(0, await _silos[place]!.ExitAsync(cancellationToken));
        await RemoveAsync(place);
    }

    internal async Task KillAsync(int place, CancellationToken cancellationToken)
    {
        _silos[place]!.Send(Signal.Kill);
        await _silos[place]!.ExitAsync(cancellationToken);
        await RemoveAsync(place);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        for (var place = 0; place < _silos.Length; place++)
            await RemoveAsync(place);
        await _redis.DisposeAsync();
    }

    private RemoteStoreClientOptions Options() =>
        new() { Gateways = [.. _ports.Select(p => $"127.0.0.1:{p[1]}")], ResponseTimeout = TimeSpan.FromSeconds(5) };

    private async Task RemoveAsync(int place)
    {
        if (_silos[place] is { } silo)
            await silo.DisposeAsync();
        _silos[place] = null;
    }
}
