using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using RemoteStore.Client;
using RemoteStore.Grains;

[assembly: AssemblyFixture(typeof(RemoteStore.Cluster.Tests.ClusterFixture))]

namespace RemoteStore.Cluster.Tests;

/// <summary>
/// Three silos in this process over shared memory, and a client connected to each. A store comes to be when a test asks for it.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    internal static readonly SharedStores Shared = new();
    internal static readonly SiloErrors Errors = new();
    private static int _stores;
    private readonly List<RemoteStoreClient> _clients = [];
    private TestCluster? _cluster;

    /// <summary>The one fixture of this assembly, for what xunit does not construct.</summary>
    public static ClusterFixture Current { get; private set; } = null!;

    public TestCluster Cluster => _cluster!;

    public IReadOnlyList<RemoteStoreClient> Clients => _clients;

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(3);
        builder.Options.ConnectionTransport = ConnectionTransportType.TcpSocket;
        builder.AddSiloBuilderConfigurator<Silo>();
        builder.AddClientBuilderConfigurator<LostReplies>().AddClientBuilderConfigurator<AlteredReplies>();
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        Current = this;
        for (var i = 0; i < _cluster.Silos.Count; i++)
            _clients.Add(await RemoteStoreClient.ConnectAsync(Options(i)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    /// <summary>A new store of all silos.</summary>
    public static string NewStore(Func<string, AsyncBackend>? create = null, SiloStoreOptions? options = null)
    {
        var name = $"store-{Interlocked.Increment(ref _stores)}";
        Shared.Add(new SiloStore(name, create?.Invoke(name) ?? new AsyncMemoryBackend(name), options));
        return name;
    }

    public static SiloStore StoreOf(string name) =>
        Shared.TryGet(name, out var store) ? store : throw new ArgumentException("No such store.");

    /// <summary>How to reach the cluster through one of its silos.</summary>
    public RemoteStoreClientOptions Options(int silo, TimeSpan? responseTimeout = null)
    {
        var options = Cluster.ClientOptions(Cluster.Silos[silo]);
        options.ResponseTimeout = responseTimeout ?? TimeSpan.FromSeconds(30);
        options.OperationTimeout = responseTimeout ?? TimeSpan.FromSeconds(60);
        return options;
    }

    public AsyncStore Open(string name, int client = 0) => Clients[client % Clients.Count].GetStore(name);

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddRemoteStoreGrains(Shared).AddIncomingGrainCallFilter<ReaderCalls>();
            siloBuilder.Services.AddSingleton<ILoggerProvider>(Errors);
        }
    }

    internal sealed class SharedStores : ISiloStores
    {
        private readonly ConcurrentDictionary<string, SiloStore> _stores = new(StringComparer.Ordinal);

        public IReadOnlyCollection<string> Names => [.. _stores.Keys];

        public void Add(SiloStore store) => _stores[store.Name] = store;

        public bool TryGet(string name, [NotNullWhen(true)] out SiloStore? store) => _stores.TryGetValue(name, out store);
    }
}
