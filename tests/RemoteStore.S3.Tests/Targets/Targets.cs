using RemoteStore.Conformance;

namespace RemoteStore.S3.Tests.Targets;

/// <summary>
/// Everything of this provider that the kit proves. Each backend has a bucket of its own, so that keys may have their full length.
/// </summary>
internal static class S3Targets
{
    internal static BackendHarness Direct() => new Harness("s3", async () => await NewBackendAsync());

    internal static BackendHarness Bridged() =>
        new Harness("s3-bridged", async () => new SyncBackendAdapter(new AsyncBackendSyncAdapter(await NewBackendAsync())));

    internal static async Task<AsyncS3Backend> NewBackendAsync() => new(CephServer.Options(await CephServer.NewBucketAsync()));

    private sealed class Harness(string name, Func<Task<AsyncBackend>> create) : BackendHarness
    {
        public override string Name => name;

        public override bool IsHierarchical => false;

        public override int LargeSize => (17 * 1024 * 1024) + 17;

        public override int ModelRuns => 4;

        public override async ValueTask<AsyncBackend> CreateAsync() => await create();
    }
}

public sealed class S3Target() : BackendConformance(S3Targets.Direct());

public sealed class BridgedS3Target() : BackendConformance(S3Targets.Bridged());
