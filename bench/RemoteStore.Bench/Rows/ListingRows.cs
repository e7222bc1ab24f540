namespace RemoteStore.Bench;

/// <summary>
/// A folder of 1,000,000 files: when the first entry comes to a process that has just started, and how much memory the listing takes, with
/// a small nursery, so that garbage yet to be collected is not taken for what the listing keeps.
/// </summary>
internal sealed class ListingRows : IRowGroup
{
    private const int Entries = 1_000_000;

    private static int Runs => Ratio.Shorten > 1 ? 1 : 3;

    public string Name => "listing";

    public IEnumerable<Row> Run()
    {
        using var folder = new BenchFolder();
        folder.Touch("many", Entries / Ratio.Shorten);
        foreach (var hop in new[] { "local", "sync-to-async", "cluster" })
        {
            var pairs = Enumerable.Range(0, Runs).Select(_ => (Subject: Once(folder, hop), Reference: Once(folder, "floor"))).ToList();
            yield return Row(hop, "first entry", " ms", Goal.AtMost(100, " ms"), pairs, r => r.FirstMillis);
            yield return Row(hop, "all entries", " ms", Goal.None, pairs, r => r.TotalMillis);
            yield return Row(hop, "memory over idle", " MiB", Goal.AtMost(16, " MiB"), pairs, r => r.Own);
            if (hop == "cluster")
                yield return Row(hop, "memory of the silo over idle", " MiB", Goal.AtMost(16, " MiB"), pairs, r => r.Silo);
        }
    }

    private static Row Row(
        string hop,
        string what,
        string unit,
        Goal goal,
        List<(HopResult Subject, HopResult Reference)> pairs,
        Func<HopResult, double> value
    )
    {
        var (subject, reference) = (Ratio.Median(pairs.Select(p => value(p.Subject))), Ratio.Median(pairs.Select(p => value(p.Reference))));
        return new Row(
            $"listing: 1,000,000 files, {hop}: {what}",
            "DirectoryInfo: name and length",
            Bench.Row.Number(subject) + unit,
            Bench.Row.Number(reference) + unit,
            reference > 0 ? $"x {Bench.Row.Number(Ratio.Median(pairs.Select(p => value(p.Subject) / value(p.Reference))))}" : "-",
            goal
        )
        {
            Value = subject,
        };
    }

    private static HopResult Once(BenchFolder folder, string hop)
    {
        using var silo = hop == "cluster" ? ChildProcess.Silo(folder.Path, smallHeap: true) : null;
        return Hop.Run($"{hop}:list", folder.Path, silo, smallHeap: true);
    }
}
