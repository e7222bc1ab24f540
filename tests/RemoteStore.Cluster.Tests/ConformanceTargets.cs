using RemoteStore.Client;
using RemoteStore.Conformance;

namespace RemoteStore.Cluster.Tests;

/// <summary>A new store of the cluster over memory, reached through the silos in turn.</summary>
public sealed class ClusterTarget() : BackendConformance(new ClusterHarness("cluster", static name => new AsyncMemoryBackend(name)));

/// <summary>The same over a backend without conditions of its own: the owners supply them.</summary>
public sealed class UpliftedClusterTarget() : BackendConformance(new ClusterHarness(
    "cluster-uplifted", static name => new StrippedBackend(new AsyncMemoryBackend(name), Capability.CreateOnly | Capability.Conditional)));

internal sealed class ClusterHarness(string name, Func<string, AsyncBackend> create) : BackendHarness
{
    private static int _next;

    public override string Name => name;

    public override int ModelRuns => 8;

    public override async ValueTask<AsyncBackend> CreateAsync()
    {
        var store = ClusterFixture.NewStore(create);
        var clients = ClusterFixture.Current.Clients;
        var backend = new ClusterBackend(clients[Interlocked.Increment(ref _next) % clients.Count].Cluster, store);
        await backend.ConnectAsync();
        return backend;
    }
}
