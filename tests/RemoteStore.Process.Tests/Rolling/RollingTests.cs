namespace RemoteStore.Processes.Tests;

/// <summary>Silos that come, go and crash under load, as in an upgrade, a scaling and a bad day.</summary>
public sealed class RollingTests : ClusterTest
{
    private const int Paths = 16;

    private static bool IsLong => Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1";

    [Fact]
    public async Task Every_silo_is_replaced_under_load_and_every_increment_happens_once()
    {
        await using var cluster = await RollingCluster.StartAsync(Settings, 3, 3, Token);
        var counters = new Counters(cluster.Stores, Paths);
        counters.Start();
        for (var roll = 0; roll < (IsLong ? 10 : 1); roll++)
        {
            for (var silo = 0; silo < 3; silo++)
            {
                await counters.ProgressAsync(Token);
                await cluster.StopAsync(silo, Token);
                await cluster.StartAsync(silo, Token);
            }
        }

        await counters.ProgressAsync(Token);
        await EndAsync(counters, mayBeUnknown: false);
    }

    [Fact]
    public async Task Every_increment_happens_once_while_a_cluster_grows_and_shrinks()
    {
        await using var cluster = await RollingCluster.StartAsync(Settings, 3, 1, Token);
        var counters = new Counters(cluster.Stores, Paths);
        counters.Start();
        await counters.ProgressAsync(Token);
        await cluster.StartAsync(1, Token);
        await cluster.StartAsync(2, Token);
        await counters.ProgressAsync(Token);
        await cluster.StopAsync(0, Token);
        await counters.ProgressAsync(Token);
        await cluster.StopAsync(1, Token);
        await counters.ProgressAsync(Token);
        await EndAsync(counters, mayBeUnknown: false);
    }

    [Fact]
    public async Task Silos_that_are_killed_lose_nothing_and_do_nothing_twice()
    {
        var random = new Random(20261125);
        await using var cluster = await RollingCluster.StartAsync(Settings, 3, 3, Token);
        var counters = new Counters(cluster.Stores, Paths);
        counters.Start();
        for (var kill = 0; kill < (IsLong ? 20 : 1); kill++)
        {
            await counters.ProgressAsync(Token);
            var victim = random.Next(3);
            await cluster.KillAsync(victim, Token);
            await counters.ProgressAsync(Token);
            await cluster.StartAsync(victim, Token);
        }

        await counters.ProgressAsync(Token);
        await EndAsync(counters, mayBeUnknown: true);
    }

    private async Task EndAsync(Counters counters, bool mayBeUnknown)
    {
        var disk = new LocalBackend(Folder);
        await counters.StopAndCompareAsync(name => disk.ReadText(name));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{counters.Acknowledged} increments acknowledged, {counters.Unknown.Count} with an outcome that could not be reported, "
                + $"{counters.Errors.Count} errors"
        );
        Assert.True(mayBeUnknown || counters.Unknown.Count == 0, string.Join('\n', counters.Unknown.Take(5)));
        Assert.True(counters.Errors.Count == 0, string.Join('\n', counters.Errors.Take(5)));
    }
}
