using System.Diagnostics;
using System.Globalization;
using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

/// <summary>
/// What <see cref="PartitionTests"/> runs in a process of its own on the client's host: silos, load, and cuts one after the other. A silo
/// that ends is started again, as the kubelet does.
/// </summary>
internal sealed class PartitionRounds(string folder, IReadOnlyDictionary<string, string> settings)
{
    internal const string NetworkVariable = "REMOTESTORE_NETWORK";
    internal const string CutsVariable = "REMOTESTORE_CUTS";
    internal const string WithoutVariable = "REMOTESTORE_CUTS_WITHOUT";

    private const int Paths = 12;
    private const int Files = 4;

    // What the settings of a store promise: SiloStoreSettings.CacheAge is not to be set from outside.
    private static readonly TimeSpan CacheAge = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // How long a cut is kept for paths to come back in the meantime, when a silo is replaced.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static string Without => Environment.GetEnvironmentVariable(WithoutVariable) ?? "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The network that this process runs in; null where it is to be made yet.</summary>
    internal static string? Network => Environment.GetEnvironmentVariable(NetworkVariable);

    internal async Task RunAsync()
    {
        var network = TestNetwork.Open(Network!);
        await using var cluster = await NetworkCluster.StartAsync(network, WithoutWhatIsToLack(), Token);
        foreach (var cut in Environment.GetEnvironmentVariable(CutsVariable)!.Split(',').Select(NetworkCut.Named))
            await RoundAsync(network, cluster, cut);
    }

    // Clients and paths are new for each cut: older ones stay away from a silo that was interrupted.
    private async Task RoundAsync(TestNetwork network, NetworkCluster cluster, NetworkCut cut)
    {
        await using var anywhere = await NetworkCluster.ConnectAsync(ResponseTimeout, [0, 1, 2], Token);
        await using var atVictim = await NetworkCluster.ConnectAsync(ResponseTimeout, [NetworkCut.Victim], Token);
        // Half of the paths are written through both clients in turn, so that two owners of a path would both be asked.
        var traffic = new Traffic(
            [StoreOf(anywhere, cut), StoreOf(atVictim, cut)],
            Paths,
            CacheAge,
            (path, number) => IsWrittenAnywhere(path) ? 0 : (int)(number % 2)
        );
        var counters = new Counters([anywhere.GetStore("main", cut.Name), atVictim.GetStore("main", cut.Name)], Files);
        await GivePathsAsync(cut);
        traffic.Start();
        counters.Start();
        await traffic.EveryPathWrittenAsync();
        await counters.ProgressAsync(Token);
        await CutAsync(network, cluster, traffic, cut);
        await counters.ProgressAsync(Token);
        await EndAsync(Path.Combine(folder, cut.Name), traffic, counters);
    }

    private static bool IsWrittenAnywhere(int path) => path % 2 == 0;

    private Dictionary<string, string> WithoutWhatIsToLack()
    {
        var all = new Dictionary<string, string>(settings);
        if (Without is "fence" or "both")
            (all["RemoteStore__Backends__disk__Fence"], all["RemoteStore__Silo__Stores__main__Unfenced"]) = ("None", "true");
        return all;
    }

    // Each write is tried once and then given up: an attempt that is left behind is what the cuts are about.
    private static AsyncStore StoreOf(RemoteStoreClient client, NetworkCut cut)
    {
        var limits = new ClusterCallLimits
        {
            // As if the silos' clocks were a minute late.
            AttemptTimeout = Without is "deadlines" or "both" ? TimeSpan.FromMinutes(1) : ResponseTimeout,
            OperationTimeout = TimeSpan.FromMilliseconds(1),
        };
        return new AsyncStore(new ClusterBackend(client.Cluster, "main", limits: limits), cut.Name);
    }

    private static async Task GivePathsAsync(NetworkCut cut)
    {
        await using var client = await NetworkCluster.ConnectAsync(TimeSpan.FromMinutes(1), [0], Token);
        var keys = Enumerable
            .Range(0, Paths)
            .Where(p => p % 4 < 2)
            .Select(Traffic.NameOf)
            .Concat(Enumerable.Range(0, Files / 2).Select(Counters.NameOf));
        await PathPlacement.GiveAsync(client, NetworkCluster.EndPointOf(NetworkCut.Victim), keys.Select(k => $"{cut.Name}/{k}"), Token);
    }

    private static async Task CutAsync(TestNetwork network, NetworkCluster cluster, Traffic traffic, NetworkCut cut)
    {
        await cut.ApplyAsync(network);
        var began = Stopwatch.GetTimestamp();
        var again = traffic.EveryPathWrittenAgainAsync(Limit, IsWrittenAnywhere);
        await (cut.Evicts ? NetworkCluster.HasMembersAsync(2, Token) : Task.Delay(TimeSpan.FromSeconds(30), Token));
        var evicted = Stopwatch.GetElapsedTime(began);
        // Long enough for two owners of a path to be asked, each with what it remembers.
        await Task.Delay(CacheAge * 2, Token);
        await Task.WhenAny(again, Task.Delay(cut.Evicts ? Patience : TimeSpan.Zero, Token));
        var isAgainBefore = again.IsCompleted;
        await cut.HealAsync(network);
        var healed = Stopwatch.GetTimestamp();
        var end = cut.Evicts ? $"{await cluster.Victim.ExitAsync(Limit, Token)}" : "none";
        var ended = Stopwatch.GetElapsedTime(healed);
        if (cut.Evicts)
        {
            Assert.NotEqual("0", end);
            await cluster.StartSiloAsync(NetworkCut.Victim, Token);
        }

        await NetworkCluster.HasMembersAsync(3, Token);
        var all = await traffic.EveryPathWrittenAgainAsync(Limit);
        var written = await again;
        Write(
            $"""
            cut {cut.Name}: written again after {written.TotalSeconds:0.0} s, {(isAgainBefore ? "before" : "after")} healing;
            {(cut.Evicts ? "evicted" : "held")} after {evicted.TotalSeconds:0.0} s
            """
        );
        Write(
            $"""
            cut {cut.Name}: ended {ended.TotalSeconds:0.0} s after healing with code {end}, all paths {all.TotalSeconds:0.0} s after the cluster
            was whole, oldest read {traffic.Oldest.TotalSeconds:0.000} s
            """
        );
    }

    private static async Task EndAsync(string root, Traffic traffic, Counters counters)
    {
        var faults = await traffic.StopAsync(root);
        var disk = new LocalBackend(root);
        var counted = await counters.StopAsync(name => disk.ReadText(name));
        var lost = faults.Count + Math.Max(0, counters.Acknowledged - counted);
        Write(
            $"""
            {traffic.Writes} writes, {traffic.Reads} reads, {traffic.Unknown} unknown; {counters.Acknowledged} increments, {counted} counted,
            {counters.Unknown.Count} unknown, {counters.Errors.Count} errors; {lost} lost
            """
        );
        if (Without.Length > 0)
            return;
        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
        Assert.InRange(counted, counters.Acknowledged, counters.Acknowledged + counters.Unknown.Count);
        Assert.True(counters.Errors.Count == 0, string.Join('\n', counters.Errors.Take(5)));
    }

    private static void Write(FormattableString line) =>
        TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
