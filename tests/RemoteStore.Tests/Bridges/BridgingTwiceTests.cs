namespace RemoteStore.Tests;

public sealed class BridgingTwiceTests
{
    [Fact]
    public void Bridging_twice_gives_back_the_original()
    {
        Backend sync = new MemoryBackend();
        Assert.Same(sync, AsyncBackendSyncAdapter.Wrap(SyncBackendAdapter.Wrap(sync)));
        AsyncBackend async = new AsyncMemoryBackend();
        Assert.Same(async, SyncBackendAdapter.Wrap(AsyncBackendSyncAdapter.Wrap(async)));
    }

    [Fact]
    public async Task An_async_store_takes_a_sync_backend()
    {
        var probe = new ProbeBackend();
        var closed = false;
        probe.Before = op => closed |= op == "close";
        await using (var store = new AsyncStore(probe, "in"))
        {
            Assert.IsType<SyncBackendAdapter>(store.Backend);
            await store.WriteTextAsync("a", "x", cancellationToken: TestContext.Current.CancellationToken);
            Assert.Same(probe, store.Unwrap<ProbeBackend>());
        }

        Assert.True(closed);
        Assert.True(probe.Inner.Exists("in/a"));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var backend = new MemoryBackend();
        Assert.Throws<ArgumentOutOfRangeException>(() => new SyncBackendAdapter(backend, new SyncBackendAdapterOptions { MaxThreads = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new SyncBackendAdapter(backend, new SyncBackendAdapterOptions { IdleTimeout = TimeSpan.Zero })
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new AsyncBackendSyncAdapter(
                new AsyncMemoryBackend(),
                new AsyncBackendSyncAdapterOptions { CloseTimeout = TimeSpan.FromSeconds(-5) }
            )
        );
    }
}
