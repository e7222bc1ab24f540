using RemoteStore.Cluster.Tests;
using RemoteStore.Conformance;

namespace RemoteStore.S3.Tests;

/// <summary>A store of a cluster of three silos over the real server.</summary>
public sealed class S3ClusterTarget() : BackendConformance(new S3ClusterHarness());

internal sealed class S3ClusterHarness() : ClusterHarness("cluster-s3")
{
    public override bool IsHierarchical => false;

    public override int ModelRuns => 2;

    protected override async ValueTask<Func<string, AsyncBackend>> PrepareAsync()
    {
        var options = CephServer.Options(await CephServer.NewBucketAsync());
        return name =>
        {
            options.Name = name;
            return new AsyncS3Backend(options);
        };
    }
}
