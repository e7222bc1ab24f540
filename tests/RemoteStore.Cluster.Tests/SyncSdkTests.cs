using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

public sealed class SyncSdkTests(ClusterFixture cluster)
{
    [Fact]
    public void One_line_gives_a_sync_store_and_its_disposal_closes_the_connection()
    {
        var name = ClusterFixture.NewStore();
        using var context = new NoContext();
        var store = RemoteStoreClient.OpenStore(cluster.Options(2), name, "reports");
        using (store)
        {
            store.WriteText("2026/report.csv", "a;b");
            Assert.Equal("a;b", store.ReadText("2026/report.csv"));
            var bytes = new byte[1_000_000];
            Random.Shared.NextBytes(bytes);
            store.WriteAtomic("large", new MemoryStream(bytes));
            Assert.Equal(bytes, store.ReadBytes("large"));
            Assert.Equal(
                ["2026/report.csv", "large"],
                store.ListFiles("", new ListOptions { Recursive = true }).Select(f => f.Path).Order()
            );
        }

        Assert.Throws<BackendUnavailableException>(() => store.Exists("large"));
        Assert.Throws<NotFoundException>(() => RemoteStoreClient.OpenStore(cluster.Options(0), "no-such-store"));
    }

    [Fact]
    public void No_gateway_is_unavailable_and_bad_options_are_named()
    {
        using var context = new NoContext();
        var options = RemoteStoreClientOptions.For("127.0.0.1:1");
        options.ConnectTimeout = TimeSpan.FromSeconds(1);
        Assert.Contains(
            "127.0.0.1:1",
            Assert.Throws<BackendUnavailableException>(() => RemoteStoreClient.OpenStore(options, "s")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            nameof(options.Gateways),
            Assert.Throws<ArgumentException>(() => RemoteStoreClient.OpenStore("nonsense", "s")).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>A plain thread has no synchronization context; a test's has.</summary>
    private sealed class NoContext : IDisposable
    {
        private readonly SynchronizationContext? _before = SynchronizationContext.Current;

        public NoContext() => SynchronizationContext.SetSynchronizationContext(null);

        public void Dispose() => SynchronizationContext.SetSynchronizationContext(_before);
    }
}
