namespace RemoteStore.Bench;

/// <summary>What a path costs that was asked for once: the silo's memory per path, against a bare idle grain.</summary>
internal sealed class PathRows : IRowGroup
{
    private const int Callers = 64;

    private static int Paths => 100_000 / Ratio.Shorten;

    private static int Runs => Ratio.Shorten > 1 ? 1 : 3;

    public string Name => "paths";

    public IEnumerable<Row> Run()
    {
        using var folder = new BenchFolder();
        folder.Touch("many", Paths);
        folder.Touch("warm", 5_000);
        var pairs = Enumerable.Range(0, Runs).Select(_ => Once(folder)).ToList();
        var ratios = pairs.ConvertAll(p => p.Subject / p.Reference);
        var ratio = Ratio.Median(ratios);
        yield return new Row(
            "paths: 100,000 asked for once (stat): memory of the silo",
            "100,000 bare idle grains",
            $"{Row.Number(Ratio.Median(pairs.Select(p => p.Subject)))} KiB a path",
            $"{Row.Number(Ratio.Median(pairs.Select(p => p.Reference)))} KiB a grain",
            $"x {Row.Number(ratio)} ({Row.Number(ratios.Min())} to {Row.Number(ratios.Max())})",
            Goal.AtMost(2.5)
        )
        {
            Value = ratio,
        };
    }

    /// <summary>Both with a small nursery, so that what is held is little more than what lives.</summary>
    private static (double Subject, double Reference) Once(BenchFolder folder)
    {
        using var cluster = new Cluster(folder, smallHeap: true);
        Bench.Callers.Run(Callers, 5_000, async (i, _) => await cluster.Disk.GetFileInfoAsync($"warm/{BenchFolder.Name(i)}"));
        Bench.Callers.Run(Callers, 5_000, async (i, _) => await cluster.Floor.Grain($"warm/{BenchFolder.Name(i)}").Ping());
        var (silo, floor) = (new MemoryWatch(cluster.SiloProcess.Id), new MemoryWatch(cluster.FloorProcess.Id));
        Bench.Callers.Run(Callers, Paths, async (i, _) => await cluster.Disk.GetFileInfoAsync($"many/{BenchFolder.Name(i)}"));
        Bench.Callers.Run(Callers, Paths, async (i, _) => await cluster.Floor.Grain($"many/{BenchFolder.Name(i)}").Ping());
        return (silo.Held * 1024 / Paths, floor.Held * 1024 / Paths);
    }
}
