using RemoteStore.Conformance;

namespace RemoteStore.S3.Tests.Targets;

/// <summary>Everything of this provider that the kit proves. Each test works below a prefix of its own.</summary>
internal static class S3Targets
{
    private static int _prefixes;

    internal static BackendHarness Direct() => new Harness("s3", NewBackend);

    internal static BackendHarness Bridged() => new Harness("s3-bridged", () => new SyncBackendAdapter(new AsyncBackendSyncAdapter(NewBackend())));

    internal static AsyncS3Backend NewBackend() => new(NewOptions());

    internal static S3BackendOptions NewOptions()
    {
        CephServer.Require();
        return CephServer.Options($"t{Interlocked.Increment(ref _prefixes)}");
    }

    private sealed class Harness(string name, Func<AsyncBackend> create) : BackendHarness
    {
        public override string Name => name;

        public override bool IsHierarchical => false;

        public override int LargeSize => (17 * 1024 * 1024) + 17;

        public override int ModelRuns => 6;

        public override ValueTask<AsyncBackend> CreateAsync() => new(create());
    }
}

public sealed class S3Target() : BackendConformance(S3Targets.Direct());
