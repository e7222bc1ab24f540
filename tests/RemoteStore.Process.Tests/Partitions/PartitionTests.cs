namespace RemoteStore.Processes.Tests;

/// <summary>
/// Three silos, Redis and a client, each on a host of its own, and a network that is cut in different ways and healed. No acknowledged
/// write may be lost, no reader goes back further than an owner remembers, and the cluster is whole again in the end.
/// </summary>
public sealed class PartitionTests : ClusterTest
{
    // REMOTESTORE_ROUNDS says how many for each cut.
    private static int Rounds { get; } = int.TryParse(Environment.GetEnvironmentVariable("REMOTESTORE_ROUNDS"), out var n) && n > 0 ? n : 1;

    private static bool IsLong => Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1";

    public static TheoryData<string> Cuts => [.. NetworkCut.Names];

    [Fact]
    public async Task A_silo_that_is_isolated_takes_nothing_with_it() => await RunAsync("from-the-cluster,unplugged");

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task No_cut_takes_anything(string cut)
    {
        Assert.SkipUnless(IsLong, "Some minutes: REMOTESTORE_LONG=1 runs it.");
        for (var round = 0; round < Rounds; round++)
            await RunAsync(cut);
    }

    /// <summary>
    /// The control: the same with neither the fence nor deadlines that are in time loses writes, so the rounds above would notice a loss.
    /// REMOTESTORE_WITHOUT=fence or =deadlines takes away only one of the two, for figures.
    /// </summary>
    [Fact]
    public async Task Without_fence_and_deadlines_a_cut_loses_writes()
    {
        Assert.SkipUnless(IsLong, "Some minutes: REMOTESTORE_LONG=1 runs it.");
        var without = Environment.GetEnvironmentVariable("REMOTESTORE_WITHOUT") ?? "both";
        var output = await RunAsync("from-the-cluster", without);
        Assert.True(
            without != "both" || !output.Contains(" 0 lost", StringComparison.Ordinal),
            "Nothing was lost: the test proves nothing."
        );
    }

    private async Task<string> RunAsync(string cuts, string without = "")
    {
        if (PartitionRounds.Network is not null)
        {
            await new PartitionRounds(Folder, Settings($"{TestNetwork.AddressOf(TestNetwork.Redis)}:6379")).RunAsync();
            return "";
        }

        await ServerScript.InstallAsync("redis");
        await using var network = await TestNetwork.CreateAsync();
        var environment = new Dictionary<string, string>
        {
            ["TMPDIR"] = Folder,
            [PartitionRounds.NetworkVariable] = network.Name,
            [PartitionRounds.CutsVariable] = cuts,
            [PartitionRounds.WithoutVariable] = without,
        };
        await using var rounds = network.Start(
            TestNetwork.Client,
            "dotnet",
            [
                typeof(PartitionTests).Assembly.Location,
                "-method",
                $"{typeof(PartitionTests).FullName}.{nameof(A_silo_that_is_isolated_takes_nothing_with_it)}",
                "-showLiveOutput",
                "-noLogo",
                "-noColor",
            ],
            environment
        );
        var code = await rounds.ExitAsync(TimeSpan.FromMinutes(15), Token);
        TestContext.Current.TestOutputHelper?.WriteLine(rounds.Output);
        Assert.True(code == 0, rounds.Output);
        return rounds.Output;
    }
}
