namespace RemoteStore.Bench;

/// <summary>Small calls through a silo in another process against bare grain calls and bare Kestrel.</summary>
internal sealed class ClusterRows : IRowGroup
{
    private const int Paths = 1000;
    private const int ReadCallers = 32;
    private const int StatCallers = 64;
    private const int WriteCallers = 32;
    private readonly byte[][] _buffers = [.. Enumerable.Range(0, StatCallers).Select(_ => new byte[Sizes.Small])];
    private int _created;

    public string Name => "cluster";

    public IEnumerable<Row> Run()
    {
        using var folder = new BenchFolder();
        using var cluster = new Cluster(folder);
        for (var i = 0; i < Paths; i++)
            cluster.Memory.WriteAsync(Key(i), new byte[Sizes.Small]).AsTask().Wait();
        yield return Ratio.Rate(
            "cluster: read 16 KiB, 32 callers",
            "bare grain call, same bytes, same codec",
            Goal.AtLeast(0.85),
            60_000,
            n => Callers.Run(ReadCallers, n, (i, c) => ReadAsync(cluster, i, c)),
            n => Callers.Run(ReadCallers, n, (i, c) => FloorReadAsync(cluster, i, c))
        );
        yield return Ratio.Rate(
            "cluster: read 16 KiB, 32 callers",
            "bare Kestrel GET",
            Goal.AtLeast(1.3),
            40_000,
            n => Callers.Run(ReadCallers, n, (i, c) => ReadAsync(cluster, i, c)),
            n => Callers.Run(ReadCallers, n, (_, c) => GetAsync(cluster, c))
        );
        yield return Ratio.Rate(
            "cluster: stat, 64 callers, 1,000 paths",
            "bare grain ping",
            Goal.AtLeast(0.85),
            150_000,
            n => Callers.Run(StatCallers, n, (i, _) => StatAsync(cluster, i)),
            n => Callers.Run(StatCallers, n, (i, _) => PingAsync(cluster, i))
        );
        yield return Ratio.Rate(
            "cluster: exists, 64 callers, 1,000 paths",
            "bare grain ping",
            Goal.AtLeast(0.85),
            150_000,
            n => Callers.Run(StatCallers, n, (i, _) => KindAsync(cluster, i)),
            n => Callers.Run(StatCallers, n, (i, _) => PingAsync(cluster, i))
        );
        yield return Ratio.Rate(
            "cluster: create 1 KiB, atomic, in memory, 32 callers, new paths",
            "bare grain ping, grains that are active",
            Goal.AtLeast(0.5),
            30_000,
            n => Callers.Run(WriteCallers, n, (_, c) => CreateAsync(cluster, c)),
            n => Callers.Run(WriteCallers, n, (i, _) => PingAsync(cluster, i))
        );
        yield return Ratio.Rate(
            "cluster: create 1 KiB, atomic, in memory, 32 callers, new paths",
            "bare grain ping, new grains",
            Goal.None,
            30_000,
            n => Callers.Run(WriteCallers, n, (_, c) => CreateAsync(cluster, c)),
            n => Callers.Run(WriteCallers, n, (_, _) => PingNewAsync(cluster))
        );
        yield return Ratio.Rate(
            "cluster: write 1 KiB over a file, atomic, in memory, 32 callers",
            "bare grain ping",
            Goal.AtLeast(0.5),
            60_000,
            n => Callers.Run(WriteCallers, n, (i, c) => ReplaceAsync(cluster, i, c)),
            n => Callers.Run(WriteCallers, n, (i, _) => PingAsync(cluster, i))
        );
    }

    private static string Key(int index) => $"a/b/{BenchFolder.Name(index % Paths)}";

    private async ValueTask ReadAsync(Cluster cluster, int index, int caller)
    {
        await using var stream = await cluster.Memory.ReadAsync(Key(index));
        await stream.ReadExactlyAsync(_buffers[caller]);
    }

    private async ValueTask FloorReadAsync(Cluster cluster, int index, int caller)
    {
        using var payload = await cluster.Floor.Grain(Key(index)).Read();
        payload.Memory.CopyTo(_buffers[caller]);
    }

    private async ValueTask GetAsync(Cluster cluster, int caller) => await cluster.Floor.GetAsync("/small", _buffers[caller]);

    private static async ValueTask StatAsync(Cluster cluster, int index) => await cluster.Memory.GetFileInfoAsync(Key(index));

    private static async ValueTask KindAsync(Cluster cluster, int index) => await cluster.Memory.GetKindAsync(Key(index));

    private static async ValueTask PingAsync(Cluster cluster, int index) => await cluster.Floor.Grain(Key(index)).Ping();

    private async ValueTask PingNewAsync(Cluster cluster) => await cluster.Floor.Grain(NewKey()).Ping();

    private async ValueTask CreateAsync(Cluster cluster, int caller) =>
        await cluster.Memory.WriteAtomicAsync(NewKey(), _buffers[caller].AsMemory(0, Sizes.Create), WriteOptions.CreateOnly);

    private async ValueTask ReplaceAsync(Cluster cluster, int index, int caller) =>
        await cluster.Memory.WriteAtomicAsync($"r{Key(index)}", _buffers[caller].AsMemory(0, Sizes.Create), WriteOptions.Replace);

    private string NewKey() => $"new/{BenchFolder.Name(Interlocked.Increment(ref _created))}";
}
