using System.Globalization;
using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

/// <summary>
/// Three silos over one folder. One is frozen while it writes, is declared dead and replaced, and comes back; or is killed. No acknowledged
/// write may be lost, and no reader may go back.
/// </summary>
public sealed class FrozenSiloTests : IAsyncLifetime
{
    private const int Paths = 24;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "remotestore-silos-" + Guid.NewGuid().ToString("N")[..12]);
    private readonly List<SiloProcess> _silos = [];
    private readonly List<RemoteStoreClient> _clients = [];

    private static bool Long => Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1";

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There are no signals that freeze a process.");
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_frozen_silo_that_comes_back_takes_nothing_back()
    {
        for (var round = 1; round <= (Long ? 20 : 2); round++)
        {
            await RoundAsync(round, static async (victim, traffic) =>
            {
                victim.Send(Signal.Stop);
                var replaced = await traffic.EveryPathWrittenAgainAsync(TimeSpan.FromMinutes(2));
                victim.Send(Signal.Continue);
                // Told that it was replaced, it ends; until then it does all that was left.
                await Task.WhenAny(victim.ExitAsync(TestContext.Current.CancellationToken), Task.Delay(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken));
                await traffic.EveryPathWrittenAgainAsync(TimeSpan.FromMinutes(2));
                return replaced;
            });
        }
    }

    [Fact]
    public async Task A_killed_silo_takes_nothing_with_it()
    {
        for (var round = 1; round <= (Long ? 20 : 1); round++)
        {
            await RoundAsync(round, static async (victim, traffic) =>
            {
                victim.Send(Signal.Kill);
                return await traffic.EveryPathWrittenAgainAsync(TimeSpan.FromMinutes(2));
            });
        }
    }

    // Each round has silos of its own: one that joins late owns too few paths to be worth freezing.
    private async Task StartAsync()
    {
        var cluster = "c" + Guid.NewGuid().ToString("N")[..8];
        Directory.CreateDirectory(_folder);
        // The first silo holds the membership table, so it is never the victim; the last one is.
        for (var n = 0; n < 3; n++)
            _silos.Add(await SiloProcess.StartReadyAsync(Arguments(cluster), null, TestContext.Current.CancellationToken));
        for (var n = 0; n < 2; n++)
            _clients.Add(await RemoteStoreClient.ConnectAsync(new RemoteStoreClientOptions
            {
                Gateways = [$"127.0.0.1:{_silos[n].GatewayPort}"],
                ClusterId = cluster,
                ResponseTimeout = TimeSpan.FromSeconds(3),
            }));
    }

    private IEnumerable<string> Arguments(string cluster) =>
    [
        "--data", _folder, "--cluster-id", cluster, "--RemoteStore:Silo:Clustering=Localhost", "--RemoteStore:Silo:Stores:main:ReachedByAllSilos=true",
        .. _silos.Count == 0 ? (string[])[] : ["--primary", $"127.0.0.1:{_silos[0].SiloPort}"],
    ];

    private async Task EndAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        _clients.Clear();
        _silos.Clear();
    }

    private async Task RoundAsync(int round, Func<SiloProcess, Traffic, Task<TimeSpan>> fault)
    {
        await StartAsync();
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"{round}")).FullName;
        var traffic = new Traffic([.. _clients.Select(c => c.GetStore("main").Child($"{round}"))], Paths);
        traffic.Start();
        await traffic.EveryPathWrittenAsync();
        var victim = _silos[^1];
        var replaced = await fault(victim, traffic);
        var faults = await traffic.StopAsync(folder);
        var ended = victim.ExitAsync(TestContext.Current.CancellationToken).IsCompleted;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"round {round}: written again after {replaced.TotalSeconds:0.0} s, victim ended: {ended}, {traffic.Writes} writes, {traffic.Reads} reads, {traffic.Unknown} unknown, {faults.Count} faults"));
        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
        Assert.True(traffic.Unknown > 0, "The victim owned no path that was written: the round shows nothing.");
        await EndAsync();
    }
}
