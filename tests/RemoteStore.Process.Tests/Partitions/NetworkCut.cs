namespace RemoteStore.Processes.Tests;

/// <summary>Something that is wrong with the network for a while. The silo that suffers is always the last one.</summary>
/// <param name="Name">What the test calls it.</param>
/// <param name="Evicts">Whether the silo is declared dead in the meantime.</param>
/// <param name="Drops">Who is not received by whom.</param>
/// <param name="IsUnplugged">Whether the silo's cable is pulled.</param>
internal sealed record NetworkCut(string Name, bool Evicts, (string From, string To)[] Drops, bool IsUnplugged = false)
{
    internal const int Victim = 2;
    private static readonly string Silo = TestNetwork.Silo(Victim);
    private static readonly string[] Others = [TestNetwork.Silo(0), TestNetwork.Silo(1)];

    private static readonly NetworkCut[] All =
    [
        new("from-the-cluster", Evicts: true, [.. Both(Silo, Others[0]), .. Both(Silo, Others[1]), .. Both(Silo, TestNetwork.Redis)]),
        new("unplugged", Evicts: true, [], IsUnplugged: true),
        new("not-heard-by-silos", Evicts: true, [.. Others.Select(o => (Silo, o))]),
        new("does-not-hear-silos", Evicts: true, [.. Others.Select(o => (o, Silo))]),
        new("two-silos", Evicts: false, Both(Silo, Others[1])),
        new("one-silo-from-redis", Evicts: false, Both(Silo, TestNetwork.Redis)),
        new(
            "redis-from-all",
            Evicts: false,
            [.. Both(Silo, TestNetwork.Redis), .. Both(Others[0], TestNetwork.Redis), .. Both(Others[1], TestNetwork.Redis)]
        ),
    ];

    /// <summary>The names of all cuts.</summary>
    internal static IEnumerable<string> Names => All.Select(c => c.Name);

    internal static NetworkCut Named(string name) => All.Single(c => c.Name == name);

    internal async Task ApplyAsync(TestNetwork network)
    {
        foreach (var (from, to) in Drops)
            await network.DropAsync(from, to);
        if (IsUnplugged)
            await network.UnplugAsync(Silo);
    }

    internal async Task HealAsync(TestNetwork network)
    {
        foreach (var (from, to) in Drops)
            await network.PassAsync(from, to);
        if (IsUnplugged)
            await network.PlugAsync(Silo);
    }

    private static (string From, string To)[] Both(string one, string other) => [(one, other), (other, one)];
}
