using RemoteStore.Conformance;

namespace RemoteStore.Cluster.Tests;

/// <summary>A new store of the cluster over memory, reached through the silos in turn.</summary>
public sealed class ClusterTarget() : BackendConformance(new ClusterHarness("cluster", static name => new AsyncMemoryBackend(name)));

/// <summary>The same over a backend without conditions of its own: the owners supply them.</summary>
public sealed class UpliftedClusterTarget()
    : BackendConformance(
        new ClusterHarness(
            "cluster-uplifted",
            static name => new StrippedBackend(new AsyncMemoryBackend(name), Capability.CreateOnly | Capability.Conditional)
        )
    );

/// <summary>A store of the cluster over a folder of this machine, behind threads of its own.</summary>
public sealed class LocalClusterTarget() : BackendConformance(new LocalClusterHarness());

/// <summary>The sync SDK: the same calls from a thread that blocks.</summary>
public sealed class SyncClusterTarget() : BackendConformance(new SyncClusterHarness());

internal sealed class SyncClusterHarness() : ClusterHarness("cluster-sync", static name => new AsyncMemoryBackend(name))
{
    public override async ValueTask<AsyncBackend> CreateAsync() =>
        new SyncFaceBackend(new AsyncBackendSyncAdapter(await base.CreateAsync()));
}

internal sealed class LocalClusterHarness : ClusterHarness
{
    private readonly string _folder;

    internal LocalClusterHarness()
        : this(Directory.CreateTempSubdirectory("remotestore-cluster-").FullName) { }

    private LocalClusterHarness(string folder)
        : base(
            "cluster-local",
            name => new SyncBackendAdapter(new LocalBackend(new LocalBackendOptions { Root = Path.Combine(folder, name), Name = name }))
        ) => _folder = folder;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
