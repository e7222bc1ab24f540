using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace RemoteStore.Bench;

/// <summary>The inside of a hop's process: opens the backend, is idle for a moment, does the work and reports the peaks.</summary>
internal static class HopWork
{
    private static double _first;

    internal static async Task RunAsync(string[] args)
    {
        var options = new ConfigurationBuilder().AddCommandLine(args).Build();
        var (work, folder, gateway) = (options["hop"]!, options["folder"]!, options["gateway"]!);
        var silo = options.GetValue<int>("silo");
        var (backend, action) = (work.Split(':')[0], work.Split(':')[1]);
        var result = backend switch
        {
            "local" => await WatchAsync(silo, OverSync(new LocalBackend(folder), action, folder)),
            "sync-to-async" => await WatchAsync(silo, OverAsync(new SyncBackendAdapter(new LocalBackend(folder)), action, folder)),
            "async-to-sync" => await WatchAsync(
                silo,
                OverSync(new AsyncBackendSyncAdapter(new SyncBackendAdapter(new LocalBackend(folder))), action, folder)
            ),
            "floor" => await WatchAsync(silo, OverFiles(action, folder)),
            _ => await ClusterAsync(silo, gateway, action, folder),
        };
        Console.WriteLine(result.Text);
    }

    private static async Task<HopResult> ClusterAsync(int silo, string gateway, string action, string folder)
    {
        await using var client = await Cluster.ConnectAsync(gateway, bulk: true);
        var backend = client.GetBackend("main");
        await backend.ConnectAsync();
        await backend.GetKindAsync("large");
        return await WatchAsync(silo, OverAsync(backend, action, folder));
    }

    private static async Task<HopResult> WatchAsync(int silo, Func<Stopwatch, Task> work)
    {
        var own = new MemoryWatch(Environment.ProcessId);
        var other = silo == 0 ? null : new MemoryWatch(silo);
        var watch = Stopwatch.StartNew();
        await work(watch);
        return new HopResult(own.Peak, other?.Peak ?? 0, _first, watch.Elapsed.TotalMilliseconds);
    }

    private static Func<Stopwatch, Task> OverSync(Backend backend, string action, string folder) =>
        watch =>
            Task.Factory.StartNew(
                () =>
                {
                    switch (action)
                    {
                        case "down":
                            using (var stream = backend.Read("large"))
                                Drain.Read(stream, new byte[Sizes.Block]);
                            break;
                        case "up":
                            using (var file = Open(folder))
                                backend.WriteAtomic("up", file, WriteOptions.Replace);
                            break;
                        default:
                            Count(backend.List("many"), watch);
                            break;
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );

    private static Func<Stopwatch, Task> OverAsync(AsyncBackend backend, string action, string folder) =>
        async watch =>
        {
            switch (action)
            {
                case "down":
                    await using (var stream = await backend.ReadAsync("large"))
                        await Drain.ReadAsync(stream, new byte[Sizes.Block]);
                    break;
                case "up":
                    await using (var file = Open(folder))
                        await backend.WriteAtomicAsync("up", file, WriteOptions.Replace);
                    break;
                default:
                    await CountAsync(backend.ListAsync("many"), watch);
                    break;
            }
        };

    private static Func<Stopwatch, Task> OverFiles(string action, string folder) =>
        watch =>
        {
            if (action == "list")
                Count(new DirectoryInfo(Path.Combine(folder, "many")).EnumerateFiles().Select(f => (object)f.Length), watch);
            return Task.CompletedTask;
        };

    private static void Count(IEnumerable<object> entries, Stopwatch watch)
    {
        var count = 0;
        foreach (var _ in entries)
        {
            if (count++ == 0)
                _first = watch.Elapsed.TotalMilliseconds;
        }
    }

    private static async Task CountAsync(IAsyncEnumerable<object> entries, Stopwatch watch)
    {
        var count = 0;
        await foreach (var _ in entries)
        {
            if (count++ == 0)
                _first = watch.Elapsed.TotalMilliseconds;
        }
    }

    private static FileStream Open(string folder) => new(Path.Combine(folder, "large"), new FileStreamOptions { BufferSize = 0 });
}
