using System.Text;

namespace RemoteStore.Tests;

/// <summary>These change the process's thread pool and count its threads, so they run alone.</summary>
[Collection("alone")]
public sealed class BridgeStressTests
{
    // Of about ten operations each.
    private static readonly int s_iterations = Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1" ? 1_000 : 16;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Threads_sharing_one_sync_adapter_see_only_their_own_data(bool yields)
    {
        using var pool = new SmallThreadPool();
        var probe = new AsyncProbeBackend();
        if (yields)
            probe.Before = static async (_, _) => await Task.Yield();
        var adapter = new AsyncBackendSyncAdapter(probe);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(t => OwnThread.Start(() => MixedWork(adapter, t))))
            .WaitAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        OwnThread.Run(adapter.Dispose);
    }

    [Fact]
    public async Task Callers_sharing_one_async_adapter_see_only_their_own_data()
    {
        using var pool = new SmallThreadPool();
        await using var adapter = new SyncBackendAdapter(new MemoryBackend(), new SyncBackendAdapterOptions { MaxThreads = 4 });
        await Task.WhenAll(Enumerable.Range(0, 32).Select(t => MixedWorkAsync(adapter, t)))
            .WaitAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Both_bridges_on_top_of_each_other_still_work()
    {
        using var pool = new SmallThreadPool();
        var twice = new AsyncBackendSyncAdapter(new SyncBackendAdapter(new MemoryBackend()));
        await Task.WhenAll(Enumerable.Range(0, 32).Select(t => OwnThread.Start(() => MixedWork(twice, t))))
            .WaitAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        OwnThread.Run(twice.Dispose);
    }

    [Fact]
    public async Task A_thousand_adapters_leave_no_thread_behind()
    {
        var token = TestContext.Current.CancellationToken;
        var before = DedicatedThread.Alive;
        for (var i = 0; i < 1000; i++)
        {
            await using (var adapter = new SyncBackendAdapter(new MemoryBackend()))
                await adapter.GetKindAsync("a", token);
            OwnThread.Run(() =>
            {
                using var adapter = new AsyncBackendSyncAdapter(
                    new AsyncProbeBackend { Before = static async (_, _) => await Task.Yield() }
                );
                adapter.GetKind("a");
            });
        }

        Assert.True(SpinWait.SpinUntil(() => DedicatedThread.Alive <= before, OwnThread.Watchdog), $"{DedicatedThread.Alive} > {before}");
    }

    [Fact]
    public void An_adapter_nobody_closed_loses_its_threads_and_is_collected()
    {
        var before = DedicatedThread.Alive;
        // On a thread that ends, so that neither its stack nor a state machine still holds what was dropped.
        var dropped = OwnThread.Run(Drop);
        Assert.True(SpinWait.SpinUntil(() => DedicatedThread.Alive <= before, OwnThread.Watchdog));
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return dropped.All(d => !d.IsAlive);
                },
                OwnThread.Watchdog
            )
        );
    }

    private static WeakReference[] Drop()
    {
        var sync = new AsyncBackendSyncAdapter(new AsyncProbeBackend { Before = static async (_, _) => await Task.Yield() });
        sync.GetKind("a");
        var async = new SyncBackendAdapter(
            new MemoryBackend(),
            new SyncBackendAdapterOptions { IdleTimeout = TimeSpan.FromMilliseconds(50) }
        );
        async.GetKindAsync("a").AsTask().Wait();
        return [new WeakReference(sync), new WeakReference(async)];
    }

    private static void MixedWork(Backend backend, int thread)
    {
        for (var i = 0; i < s_iterations; i++)
        {
            var (key, tag) = ($"t{thread}/f{i}", $"payload {thread}/{i} {new string('x', i % 100)}");
            backend.WriteText(key, tag);
            Assert.Equal(tag, backend.ReadText(key));
            using (var stream = backend.Read(key))
            using (var reader = new StreamReader(stream))
                Assert.Equal(tag, reader.ReadToEnd());
            backend.Write($"{key}.s", new MemoryStream(Encoding.UTF8.GetBytes(tag)));
            backend.Copy($"{key}.s", $"{key}.c");
            backend.Move($"{key}.c", $"{key}.m");
            Assert.Equal($"{key}.none", Assert.Throws<NotFoundException>(() => backend.GetFileInfo($"{key}.none")).Path);
            Assert.Equal(3, backend.List($"t{thread}").Count());
            Assert.Equal(tag, backend.ReadText($"{key}.m"));
            backend.DeleteFolder($"t{thread}", new DeleteFolderOptions { Recursive = true });
        }
    }

    private static async Task MixedWorkAsync(AsyncBackend backend, int caller)
    {
        await Task.Yield();
        for (var i = 0; i < s_iterations; i++)
        {
            var (key, tag) = ($"t{caller}/f{i}", $"payload {caller}/{i} {new string('x', i % 100)}");
            await backend.WriteTextAsync(key, tag);
            Assert.Equal(tag, await backend.ReadTextAsync(key));
            await using (var stream = await backend.ReadAsync(key))
                await backend.WriteAsync($"{key}.s", new HoppingStream(stream));
            await backend.CopyAsync($"{key}.s", $"{key}.c");
            await backend.MoveAsync($"{key}.c", $"{key}.m");
            Assert.Equal(
                $"{key}.none",
                (await Assert.ThrowsAsync<NotFoundException>(() => backend.GetFileInfoAsync($"{key}.none").AsTask())).Path
            );
            Assert.Equal(3, await backend.ListAsync($"t{caller}").CountAsync());
            Assert.Equal(tag, await backend.ReadTextAsync($"{key}.m"));
            await backend.DeleteFolderAsync($"t{caller}", new DeleteFolderOptions { Recursive = true });
        }
    }
}

[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
