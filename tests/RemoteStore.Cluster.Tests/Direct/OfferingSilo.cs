using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>One silo that offers its large transfers at a port of the test, and a store with one file <c>f</c>.</summary>
internal sealed class OfferingSilo : IAsyncDisposable
{
    internal const int Size = 3_000_001;
    internal static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(Size);

    /// <summary>For what happens at once, or not at all.</summary>
    internal static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(30);

    private readonly TestCluster _cluster;

    private OfferingSilo(TestCluster cluster) => _cluster = cluster;

    internal DirectTransfers Direct => Service<DirectTransfers>();

    internal IGrainFactory Grains => Service<IGrainFactory>();

    internal ChunkCalls Chunks => Service<ChunkCalls>();

    internal UploadCalls Uploads => Service<UploadCalls>();

    internal string Store { get; } = ClusterFixture.NewStore();

    internal static async Task<OfferingSilo> StartAsync()
    {
        var builder = new TestClusterBuilder(1);
        builder.Options.ConnectionTransport = ConnectionTransportType.TcpSocket;
        builder.AddSiloBuilderConfigurator<Configurator>();
        var silo = new OfferingSilo(builder.Build());
        await silo._cluster.DeployAsync();
        await ClusterFixture.StoreOf(silo.Store).Backend.WriteAsync("f", Bytes);
        return silo;
    }

    internal Task<RemoteStoreClient> ConnectAsync(Action<RemoteStoreClientOptions>? change = null)
    {
        var options = _cluster.ClientOptions(_cluster.Primary!);
        change?.Invoke(options);
        return RemoteStoreClient.ConnectAsync(options);
    }

    /// <summary>Opens a download of the file.</summary>
    internal async Task<(IDownloadGrain Grain, DirectOffer Offer)> BeginAsync()
    {
        var grain = Grains.GetGrain<IDownloadGrain>(Guid.NewGuid());
        var reply = await grain.Begin(
            new DownloadRequest
            {
                Store = Store,
                Key = "f",
                Read = new ReadRequest(),
            },
            default
        );
        return (grain, Assert.IsType<DirectOffer>(reply.Direct));
    }

    /// <summary>Opens an upload of the default chunks.</summary>
    internal async Task<(IUploadGrain Grain, DirectOffer Offer)> BeginUploadAsync(string? store = null)
    {
        var grain = Grains.GetGrain<IUploadGrain>(Guid.NewGuid());
        var session = await grain.Begin(
            new UploadRequest
            {
                Store = store ?? Store,
                Key = "up",
                Options = WireWriteOptions.From(WriteOptions.Default),
            },
            default
        );
        return (grain, Assert.IsType<DirectOffer>(session.Direct));
    }

    /// <summary>Waits until no transfer is open any longer. None can be opened afterwards.</summary>
    internal Task AllEndedAsync(CancellationToken cancellationToken) =>
        Service<RunningTransfers>().DrainAsync().WaitAsync(Watchdog, cancellationToken);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private T Service<T>()
        where T : notnull => ((InProcessSiloHandle)_cluster.Primary!).SiloHost.Services.GetRequiredService<T>();

    private sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddRemoteStoreGrains(ClusterFixture.Shared);
            siloBuilder.Services.AddSingleton<ChunkCalls>().AddSingleton<IIncomingGrainCallFilter>(s => s.GetRequiredService<ChunkCalls>());
            siloBuilder
                .Services.AddSingleton<UploadCalls>()
                .AddSingleton<IIncomingGrainCallFilter>(s => s.GetRequiredService<UploadCalls>());
        }
    }
}
