using RemoteStore.Cluster.Tests;
using RemoteStore.Conformance;

namespace RemoteStore.Sftp.Tests;

/// <summary>A store of a cluster of three silos over the real server.</summary>
public sealed class SftpClusterTarget(SshServer server) : BackendConformance(new SftpClusterHarness(server));

internal sealed class SftpClusterHarness(SshServer server)
    : ClusterHarness(
        "cluster-sftp",
        name => new SyncBackendAdapter(new SftpBackend(server.Require().Options with { Name = name, MaxSessions = 1 }))
    )
{
    // Every backend of these is a connection of its own.
    public override int ModelRuns => 2;
}
