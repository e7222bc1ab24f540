namespace RemoteStore.Bench;

/// <summary>
/// The peak memory above idle of each process while 1 GiB passes. Each hop has fresh processes; the median of a few runs. With a small
/// nursery, or a processor with a large cache would collect nothing in the meantime, and the row would report of the cache.
/// </summary>
internal sealed class MemoryRows : IRowGroup
{
    private static readonly Goal Within = Goal.AtMost(32, " MiB");

    private static int Runs => Ratio.Shorten > 1 ? 1 : 3;

    public string Name => "memory";

    public IEnumerable<Row> Run()
    {
        using var folder = new BenchFolder();
        folder.Fill("large", Sizes.Huge / Ratio.Shorten);
        foreach (var hop in new[] { "local", "sync-to-async", "async-to-sync", "cluster" })
        {
            foreach (var way in new[] { "down", "up" })
                yield return Measure(folder, hop, way);
        }
    }

    private static Row Measure(BenchFolder folder, string hop, string way)
    {
        var results = Enumerable.Range(0, Runs).Select(_ => Once(folder, hop, way)).ToList();
        var (own, silo) = (Ratio.Median(results.Select(r => r.Own)), Ratio.Median(results.Select(r => r.Silo)));
        return new Row(
            $"memory: 1 GiB {way}, {hop}",
            "the process, idle",
            $"{Row.Number(own)} MiB",
            "-",
            hop == "cluster" ? $"client {Row.Number(own)} MiB, silo {Row.Number(silo)} MiB" : $"{Row.Number(own)} MiB",
            Within
        )
        {
            Value = Math.Max(own, silo),
        };
    }

    private static HopResult Once(BenchFolder folder, string hop, string way)
    {
        using var silo = hop == "cluster" ? ChildProcess.Silo(folder.Path, smallHeap: true) : null;
        return Hop.Run($"{hop}:{way}", folder.Path, silo, smallHeap: true);
    }
}
