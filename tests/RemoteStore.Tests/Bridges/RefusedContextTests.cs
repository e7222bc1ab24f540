namespace RemoteStore.Tests;

public sealed class RefusedContextTests
{
    [Fact]
    public void A_thread_with_a_synchronization_context_is_refused_call_by_call()
    {
        OwnThread.Run(() =>
        {
            using var adapter = new AsyncBackendSyncAdapter(new AsyncMemoryBackend());
            adapter.Write("a", "abc"u8.ToArray());
            using var stream = adapter.Read("a");
            var listing = adapter.List("");
            SynchronizationContext.SetSynchronizationContext(new CustomContext());
            AssertRefused(() => adapter.GetKind("a"));
            AssertRefused(() => adapter.Write("b", "x"u8.ToArray()));
            AssertRefused(() => adapter.Write("b", new PatternStream(10)));
            AssertRefused(() => stream.ReadByte());
            AssertRefused(() => listing.GetEnumerator());
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            Assert.Equal('a', stream.ReadByte());
            SynchronizationContext.SetSynchronizationContext(null);
            Assert.Equal('b', stream.ReadByte());
        });
    }

    [Fact]
    public async Task A_custom_task_scheduler_is_refused()
    {
        using var adapter = new AsyncBackendSyncAdapter(new AsyncMemoryBackend());
        var scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        var token = TestContext.Current.CancellationToken;
        await Task.Factory.StartNew(() => AssertRefused(() => adapter.GetKind("a")), token, TaskCreationOptions.None, scheduler);
        await Task.Factory.StartNew(() => adapter.GetKind("a"), token, TaskCreationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public void A_refused_dispose_releases_without_blocking()
    {
        OwnThread.Run(() =>
        {
            ProbeStream? native = null;
            using var adapter = new AsyncBackendSyncAdapter(new AsyncProbeBackend { OnRead = inner => native = new ProbeStream(inner) });
            adapter.Write("a", "abc"u8.ToArray());
            var stream = adapter.Read("a");
            SynchronizationContext.SetSynchronizationContext(new CustomContext());
            stream.Dispose();
            Assert.Equal(1, native!.Disposals);
            SynchronizationContext.SetSynchronizationContext(null);
        });
    }

    private static void AssertRefused(Action call)
    {
        var started = Environment.TickCount64;
        for (var i = 0; i < 1000; i++)
            Assert.Contains(nameof(AsyncStore), Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
        Assert.InRange(Environment.TickCount64 - started, 0, 10_000);
    }

    private sealed class CustomContext : SynchronizationContext;
}
