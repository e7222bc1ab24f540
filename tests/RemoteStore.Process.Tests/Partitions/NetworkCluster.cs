using System.Net;
using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

/// <summary>Three silos over one folder and a Redis server, each on a host of its own. Used from the client's host.</summary>
internal sealed class NetworkCluster : IAsyncDisposable
{
    private const int SiloPort = 11111;
    private const int GatewayPort = 30000;
    private readonly TestNetwork _network;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ChildProcess _redis;
    private readonly ChildProcess[] _silos = new ChildProcess[3];

    private NetworkCluster(TestNetwork network, IReadOnlyDictionary<string, string> settings, ChildProcess redis) =>
        (_network, _settings, _redis) = (network, settings, redis);

    internal ChildProcess Victim => _silos[NetworkCut.Victim];

    internal static IPEndPoint EndPointOf(int silo) => new(IPAddress.Parse(TestNetwork.AddressOf(TestNetwork.Silo(silo))), SiloPort);

    internal static async Task<NetworkCluster> StartAsync(
        TestNetwork network,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken cancellationToken
    )
    {
        var redis = network.Start(
            TestNetwork.Redis,
            await ServerScript.InstallAsync("redis"),
            [
                "--port",
                "6379",
                "--bind",
                TestNetwork.AddressOf(TestNetwork.Redis),
                "--protected-mode",
                "no",
                "--save",
                "",
                "--appendonly",
                "no",
            ]
        );
        var cluster = new NetworkCluster(network, settings, redis);
        try
        {
            await redis.LineAsync("Ready to accept connections", cancellationToken);
            for (var silo = 0; silo < cluster._silos.Length; silo++)
                await cluster.StartSiloAsync(silo, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that knows these silos.</summary>
    internal static Task<RemoteStoreClient> ConnectAsync(TimeSpan responseTimeout, int[] gateways, CancellationToken cancellationToken) =>
        RemoteStoreClient.ConnectAsync(
            new RemoteStoreClientOptions
            {
                Gateways = [.. gateways.Select(g => $"{TestNetwork.AddressOf(TestNetwork.Silo(g))}:{GatewayPort}")],
                ResponseTimeout = responseTimeout,
            },
            cancellationToken
        );

    internal async Task StartSiloAsync(int silo, CancellationToken cancellationToken)
    {
        var host = TestNetwork.Silo(silo);
        var settings = new Dictionary<string, string>(_settings)
        {
            ["RemoteStore__Silo__AdvertisedAddress"] = TestNetwork.AddressOf(host),
            // The network is the test's own.
            ["RemoteStore__Silo__AllowPlaintext"] = "true",
        };
        _silos[silo] = _network.Start(
            host,
            "dotnet",
            [SiloProcess.Assembly, "--silo-port", $"{SiloPort}", "--gateway-port", $"{GatewayPort}", "--http-port", "8080"],
            settings
        );
        await _silos[silo].LineAsync("RemoteStore is ready", cancellationToken);
    }

    /// <summary>Waits until the first silo sees so many silos.</summary>
    internal static async Task HasMembersAsync(int count, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(TimeSpan.FromMinutes(2));
        while (await ActiveSilos.CountAsync(() => ConnectAsync(TimeSpan.FromSeconds(2), [0], late.Token)) != count)
            await Task.Delay(TimeSpan.FromMilliseconds(200), late.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Where(s => s is not null))
            await silo.DisposeAsync();
        await _redis.DisposeAsync();
    }
}
