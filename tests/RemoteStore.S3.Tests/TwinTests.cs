using RemoteStore.Conformance;

namespace RemoteStore.S3.Tests;

/// <summary>Two owners of one path over the real server.</summary>
public sealed class TwinTests : FenceConformance
{
    protected override async ValueTask<(AsyncBackend Late, AsyncBackend Other)> OpenTwinsAsync(Func<Task> hold)
    {
        var options = CephServer.Options(await CephServer.NewBucketAsync());
        return (Holding(new AsyncS3Backend(options), hold), new AsyncS3Backend(options));
    }
}
