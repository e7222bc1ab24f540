namespace RemoteStore.Bench;

/// <summary>
/// Many readers of one path, in processes of their own: with readers in both silos, through its owner only, and with one silo alone.
/// </summary>
internal sealed class HotRows : IRowGroup
{
    private const double Seconds = 3;
    private const int WarmUps = 2;

    public string Name => "hot";

    public IEnumerable<Row> Run()
    {
        using var folder = new BenchFolder();
        var (warm, pairs) = (WarmUps, Ratio.Pairs);
        foreach (var size in new[] { 1, 64 })
        {
            for (var i = 0; i < warm + pairs; i++)
            {
                foreach (var root in new[] { "cluster/hot", "cluster/cold", "alone/hot" })
                    folder.Fill($"{root}/{Key(size, i)}", size * 1024);
            }
        }

        using var cluster = new HotCluster(folder);
        foreach (var size in new[] { 1, 64 })
        {
            var rounds = Enumerable.Range(0, warm + pairs).Select(i => Round(cluster, Key(size, i))).ToList()[warm..];
            var what = $"hot: read one path of {size} KiB, 2 silos with readers, 2 x 32 callers";
            yield return Shown(what, "through its owner only, 2 silos", Goal.AtLeast(1.2), rounds.ConvertAll(r => (r.Hot, r.Cold)));
            yield return Shown(what, "one silo alone", Goal.None, rounds.ConvertAll(r => (r.Hot, r.Alone)));
        }
    }

    /// <summary>
    /// Every round has a path of its own: where its owner is, and through which silo a client reaches it, is a matter of chance.
    /// </summary>
    private static (HotReads Hot, HotReads Cold, HotReads Alone) Round(HotCluster cluster, string key)
    {
        var seconds = Seconds / Math.Min(Ratio.Shorten, 3);
        return (
            cluster.Read("cluster", "hot", key, seconds),
            cluster.Read("cluster", "cold", key, seconds),
            cluster.Read("alone", "hot", key, seconds)
        );
    }

    private static Row Shown(string what, string against, Goal goal, List<(HotReads Subject, HotReads Reference)> rounds)
    {
        var ratios = rounds.ConvertAll(r => r.Subject.PerSecond / r.Reference.PerSecond);
        return new Row(
            what,
            against,
            $"{Row.Number(Ratio.Median(rounds.Select(r => r.Subject.PerSecond)))} per s",
            $"{Row.Number(Ratio.Median(rounds.Select(r => r.Reference.PerSecond)))} per s",
            $"rate {Row.Number(Ratio.Median(ratios))} ({Row.Number(ratios.Min())} to {Row.Number(ratios.Max())})",
            goal
        )
        {
            Value = Ratio.Median(ratios),
            Processor = Row.Number(Ratio.Median(rounds.Select(r => r.Reference.ProcessorPerRead / r.Subject.ProcessorPerRead))),
        };
    }

    private static string Key(int size, int index) => $"{size}/{BenchFolder.Name(index)}";
}
