using System.Collections.Concurrent;
using RemoteStore.Client;
using RemoteStore.Conformance;

namespace RemoteStore.Cluster.Tests;

/// <summary>A new store of the cluster for every backend, reached through the silos in turn.</summary>
internal class ClusterHarness(string name, Func<string, AsyncBackend>? create = null) : BackendHarness
{
    private static int _next;
    private readonly ConcurrentBag<AsyncBackend> _backends = [];

    public override string Name => name;

    public override int ModelRuns => 8;

    public override async ValueTask<AsyncBackend> CreateAsync()
    {
        var prepared = await PrepareAsync();
        return await OpenAsync(ClusterFixture.NewStore(store => Keep(prepared(store))));
    }

    /// <summary>The stores of a cluster live as long as it does; what is below them is closed with the test.</summary>
    public override async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends)
            await backend.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Makes what a backend needs, and reports how it is created under a store's name.</summary>
    protected virtual ValueTask<Func<string, AsyncBackend>> PrepareAsync() =>
        new(create ?? throw new InvalidOperationException("Give the constructor a function, or override this."));

    private static async ValueTask<AsyncBackend> OpenAsync(string store)
    {
        var clients = ClusterFixture.Current.Clients;
        var backend = new ClusterBackend(clients[Interlocked.Increment(ref _next) % clients.Count].Cluster, store);
        await backend.ConnectAsync();
        return backend;
    }

    private AsyncBackend Keep(AsyncBackend backend)
    {
        _backends.Add(backend);
        return backend;
    }
}
