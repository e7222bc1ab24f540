using System.Globalization;

namespace RemoteStore.Bench;

/// <summary>Runs the groups of rows that were asked for, and prints their table.</summary>
internal static class BenchRun
{
    private static readonly IRowGroup[] Groups =
    [
        new LocalRows(),
        new BridgeRows(),
        new ClusterRows(),
        new TransferRows(),
        new MixedRows(),
        new MemoryRows(),
        new ListingRows(),
        new PathRows(),
        new HotRows(),
        new AzureRows(),
        new S3Rows(),
    ];

    private static readonly string Help = $"""
        Usage: dotnet run -c Release --project bench/RemoteStore.Bench -- [options]
          --rows A,B     the groups to run: {string.Join(", ", Groups.Select(g => g.Name))}; default all
          --pairs N      pairs of measurements per row, default 7
          --quick        3 pairs and a tenth of the calls: shows that everything runs, the figures mean little
        """;

    internal static int Run(string[] args)
    {
        if (!TryRead(args, out var groups))
        {
            Console.Error.WriteLine(Help);
            return 2;
        }

        Console.WriteLine("| what | against | subject | reference | ratio (lowest to highest) | by processor time | goal | |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        try
        {
            foreach (var row in groups.SelectMany(g => g.Run()))
                Console.WriteLine(row);
            return 0;
        }
        catch (Exception e)
        {
            // Caught, so that the processes and files of the group are gone when this program ends.
            Console.Error.WriteLine(e);
            return 1;
        }
    }

    private static bool TryRead(string[] args, out IRowGroup[] groups)
    {
        groups = Groups;
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--quick":
                    (Ratio.Pairs, Ratio.Shorten) = (3, 10);
                    break;
                case "--pairs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var pairs) && pairs > 0:
                    (Ratio.Pairs, i) = (pairs, i + 1);
                    break;
                case "--rows" when value.Split(',').All(n => Groups.Any(g => g.Name == n)):
                    (groups, i) = ([.. value.Split(',').Select(n => Groups.First(g => g.Name == n))], i + 1);
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
