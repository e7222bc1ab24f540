using System.Diagnostics;
using RemoteStore.Drivers;

namespace RemoteStore.Bench;

/// <summary>Both bridges against the direct call.</summary>
internal sealed class BridgeRows : IRowGroup
{
    public string Name => "bridges";

    public IEnumerable<Row> Run()
    {
        yield return Completed();
        yield return Waiting();
        yield return WaitingPlainly();
        yield return WaitingOnTheLoop();
        yield return ManyThreads();
        yield return SyncCallFromAsync();
        yield return ManyCallers();
    }

    private static Row Completed()
    {
        var inner = new AsyncMemoryBackend();
        using var adapter = new AsyncBackendSyncAdapter(inner);
        return Ratio.More(
            "sync call of an async operation that completes at once",
            "the async call",
            Goal.AtMost(1, " us"),
            300_000,
            n => Repeat(n, () => adapter.GetKind("a")),
            n => AwaitedAsync(n, () => inner.GetKindAsync("a")).Wait()
        );
    }

    private static Row Waiting()
    {
        var inner = Backend(0);
        using var adapter = new AsyncBackendSyncAdapter(inner);
        return Ratio.More(
            "sync call of an async operation that yields once",
            "the async call",
            Goal.AtMost(30, " us"),
            5_000,
            n => Repeat(n, adapter.CheckHealth),
            n => AwaitedAsync(n, () => inner.CheckHealthAsync()).Wait()
        );
    }

    private static Row WaitingPlainly()
    {
        var inner = Backend(0);
        using var adapter = new AsyncBackendSyncAdapter(inner);
        return Ratio.Rate(
            "sync call of an async operation that yields once",
            "GetAwaiter().GetResult()",
            Goal.None,
            5_000,
            n => Repeat(n, adapter.CheckHealth),
            n => Repeat(n, () => inner.CheckHealthAsync().AsTask().GetAwaiter().GetResult())
        );
    }

    /// <summary>The operation costs about as much as a grain call: 12 us of work on the shared pool.</summary>
    private static Row ManyThreads()
    {
        var inner = Backend(12);
        using var adapter = new AsyncBackendSyncAdapter(inner);
        const int Threads = 32;
        return Ratio.Rate(
            "32 threads, an async operation of 12 us",
            "32 async callers",
            Goal.AtLeast(0.65),
            500 * Threads,
            n => OnThreads(Threads, () => Repeat(n / Threads, adapter.CheckHealth)),
            n => Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => AwaitedAsync(n / Threads, () => inner.CheckHealthAsync()))).Wait()
        );
    }

    private static Row WaitingOnTheLoop()
    {
        var inner = new AsyncDriverBackend(new ProbeDriver(static async () => await Task.Yield()));
        using var adapter = new AsyncBackendSyncAdapter(inner);
        return Ratio.More(
            "the same, of code that captures its context: by the private loop",
            "the async call",
            Goal.None,
            5_000,
            n => Repeat(n, adapter.CheckHealth),
            n => AwaitedAsync(n, () => inner.CheckHealthAsync()).Wait()
        );
    }

    private static AsyncDriverBackend Backend(int micros) =>
        new(
            new ProbeDriver(async () =>
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                Work(micros);
            })
        );

    private static Row SyncCallFromAsync()
    {
        var inner = new MemoryBackend();
        using var hold = new Closing(new SyncBackendAdapter(inner));
        return Ratio.More(
            "async call of a sync operation",
            "the sync call",
            Goal.AtMost(15, " us"),
            20_000,
            n => AwaitedAsync(n, () => hold.Backend.GetKindAsync("a")).Wait(),
            n => Repeat(n, () => inner.GetKind("a"))
        );
    }

    private static Row ManyCallers()
    {
        var inner = new DriverBackend(
            new ProbeDriver(static () =>
            {
                Work(1);
                return default;
            })
        );
        using var hold = new Closing(new SyncBackendAdapter(inner));
        return Ratio.Rate(
            "256 async callers of a 1 us sync operation",
            "Task.Run per call",
            Goal.AtLeast(0.8),
            256 * 1_000,
            n => Task.WhenAll(Enumerable.Range(0, 256).Select(_ => AwaitedAsync(n / 256, () => hold.Backend.CheckHealthAsync()))).Wait(),
            n =>
                Task.WhenAll(Enumerable.Range(0, 256).Select(_ => AwaitedAsync(n / 256, () => new ValueTask(Task.Run(inner.CheckHealth)))))
                    .Wait()
        );
    }

    private static void Work(int micros)
    {
        var until = Stopwatch.GetTimestamp() + (micros * Stopwatch.Frequency / 1_000_000);
        while (Stopwatch.GetTimestamp() < until)
            Thread.SpinWait(1);
    }

    private static void Repeat(int count, Action action)
    {
        for (var i = 0; i < count; i++)
            action();
    }

    private static void Repeat<T>(int count, Func<T> action)
    {
        for (var i = 0; i < count; i++)
            action();
    }

    private static async Task AwaitedAsync<T>(int count, Func<ValueTask<T>> action)
    {
        for (var i = 0; i < count; i++)
            await action().ConfigureAwait(false);
    }

    private static async Task AwaitedAsync(int count, Func<ValueTask> action)
    {
        for (var i = 0; i < count; i++)
            await action().ConfigureAwait(false);
    }

    private static void OnThreads(int count, Action body)
    {
        var threads = Enumerable.Range(0, count).Select(_ => new Thread(() => body())).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
    }

    private sealed class Closing(AsyncBackend backend) : IDisposable
    {
        internal AsyncBackend Backend => backend;

        public void Dispose() => backend.CloseAsync().AsTask().Wait();
    }
}
