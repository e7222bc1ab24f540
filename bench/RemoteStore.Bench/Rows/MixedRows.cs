using System.Diagnostics;

namespace RemoteStore.Bench;

/// <summary>
/// Small calls of one caller while four large downloads of the same process run, through the cluster or from bare Kestrel.
/// </summary>
internal sealed class MixedRows : IRowGroup
{
    private const int Transfers = 4;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    public string Name => "mixed";

    public IEnumerable<Row> Run()
    {
        using var folder = new BenchFolder();
        folder.Fill("large", Sizes.Large);
        folder.Fill("small", 1);
        foreach (var bulk in new[] { true, false })
        {
            using var cluster = new Cluster(folder, bulk);
            foreach (var row in Run(cluster, bulk ? "own connection for transfers" : "one connection for all"))
                yield return row;
        }
    }

    private static IEnumerable<Row> Run(Cluster cluster, string variant)
    {
        Phase(cluster, DownAsync);
        Phase(cluster, FloorDownAsync);
        var rounds = Enumerable
            .Range(0, Math.Max(5, Ratio.Pairs))
            .Select(_ => (Idle: Phase(cluster, null), Cluster: Phase(cluster, DownAsync), Kestrel: Phase(cluster, FloorDownAsync)))
            .ToList();
        yield return Shown(
            $"mixed: p50 of stat next to 4 downloads, {variant}",
            "p50 of stat, idle",
            Goal.AtMost(2),
            rounds.ConvertAll(r => (r.Cluster.Half, r.Idle.Half))
        );
        yield return Shown(
            $"mixed: p99 of stat next to 4 downloads, {variant}",
            "p99 of stat next to 4 downloads from bare Kestrel",
            Goal.AtMost(1),
            rounds.ConvertAll(r => (r.Cluster.Tail, r.Kestrel.Tail))
        );
        yield return Shown(
            $"mixed: p50 of stat next to 4 downloads, {variant}",
            "p50 of stat next to 4 downloads from bare Kestrel",
            Goal.None,
            rounds.ConvertAll(r => (r.Cluster.Half, r.Kestrel.Half))
        );
    }

    private static Row Shown(string what, string against, Goal goal, List<(double Subject, double Reference)> rounds)
    {
        var ratios = rounds.ConvertAll(r => r.Subject / r.Reference);
        return new Row(
            what,
            against,
            $"{Row.Number(Ratio.Median(rounds.Select(r => r.Subject)))} us",
            $"{Row.Number(Ratio.Median(rounds.Select(r => r.Reference)))} us",
            $"time x {Row.Number(Ratio.Median(ratios))} ({Row.Number(ratios.Min())} to {Row.Number(ratios.Max())})",
            goal
        )
        {
            Value = Ratio.Median(ratios),
        };
    }

    /// <summary>The small calls begin when every transfer has brought its first bytes, and end before the transfers do.</summary>
    private static (double Half, double Tail) Phase(Cluster cluster, Func<Cluster, CancellationToken, Task<Stream>>? open)
    {
        using var ended = new CancellationTokenSource();
        using var flowing = new CountdownEvent(Transfers);
        var downloads = open is null
            ? []
            : Enumerable.Range(0, Transfers).Select(_ => Task.Run(() => RepeatAsync(cluster, open, flowing, ended.Token))).ToArray();
        if (open is not null && !flowing.Wait(TimeSpan.FromMinutes(1)))
            throw new InvalidOperationException("The transfers do not begin.");
        var times = StatsAsync(cluster).GetAwaiter().GetResult();
        ended.Cancel();
        Task.WaitAll(downloads);
        return (Ratio.Quantile(times, 0.5), Ratio.Quantile(times, 0.99));
    }

    private static async Task<double[]> StatsAsync(Cluster cluster)
    {
        await Task.Yield();
        var times = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Length / Ratio.Shorten)
        {
            var started = Stopwatch.GetTimestamp();
            await cluster.Disk.GetFileInfoAsync("small");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }

        return [.. times];
    }

    private static async Task RepeatAsync(
        Cluster cluster,
        Func<Cluster, CancellationToken, Task<Stream>> open,
        CountdownEvent flowing,
        CancellationToken ended
    )
    {
        var buffer = new byte[Sizes.Block];
        try
        {
            for (var first = true; ; first = false)
            {
                await using var stream = await open(cluster, ended);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, 1), ended);
                if (first)
                    flowing.Signal();
                await Drain.ReadAsync(stream, buffer, ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The small calls are done.
        }
    }

    private static async Task<Stream> DownAsync(Cluster cluster, CancellationToken cancellationToken) =>
        await cluster.Disk.ReadAsync("large", null, cancellationToken);

    private static Task<Stream> FloorDownAsync(Cluster cluster, CancellationToken cancellationToken) =>
        cluster.Floor.Http.GetStreamAsync("/file", cancellationToken);
}
