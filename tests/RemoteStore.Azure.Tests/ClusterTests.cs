using Azure.Storage.Blobs;
using RemoteStore.Cluster.Tests;
using RemoteStore.Conformance;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>A store of a cluster of three silos over the real server.</summary>
public sealed class AzureClusterTarget(AzuriteServer server) : BackendConformance(new AzureClusterHarness(server));

internal sealed class AzureClusterHarness(AzuriteServer server) : ClusterHarness("cluster-azure")
{
    public override bool IsHierarchical => false;

    public override bool KeepsStagedApart => false;

    public override int ModelRuns => 2;

    protected override async ValueTask<Func<string, AsyncBackend>> PrepareAsync()
    {
        server.Require();
        var container = new BlobServiceClient(server.ConnectionString).GetBlobContainerClient($"c{Guid.NewGuid():n}");
        await container.CreateAsync();
        return name => new AsyncAzureBackend(
            new AzureBackendOptions
            {
                ConnectionString = server.ConnectionString,
                Container = container.Name,
                Name = name,
                PartSize = 512 * 1024,
            }
        );
    }
}
