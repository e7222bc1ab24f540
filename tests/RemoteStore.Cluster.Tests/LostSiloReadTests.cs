using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>What owners answer when a silo was lost, so that for a moment a path may have two of them.</summary>
public sealed class LostSiloReadTests
{
    private const int Paths = 32;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Owners_answer_from_memory_until_a_silo_is_lost()
    {
        await using var silos = await MortalSilos.StartAsync();
        var backend = new AsyncMemoryBackend();
        var store = silos.Client.GetStore(ClusterFixture.NewStore(_ => backend, new SiloStoreOptions { CacheAge = TimeSpan.FromHours(1) }));
        foreach (var path in Names)
        {
            await store.WriteTextAsync(path, "one", cancellationToken: Token);
            Assert.Equal("one", await store.ReadTextAsync(path, cancellationToken: Token));
            // As another owner would.
            await backend.WriteAsync(path, "two"u8.ToArray(), WriteOptions.Replace, Token);
        }

        Assert.Equal(["one"], await ReadAllAsync(store));
        await using (await store.OpenAtomicAsync("upload", cancellationToken: Token))
            await silos.KillCarrierAsync(Token);
        Assert.Equal(["two"], await ReadAllAsync(store));
    }

    private static IEnumerable<string> Names => Enumerable.Range(0, Paths).Select(i => $"f{i}");

    private static async Task<IEnumerable<string>> ReadAllAsync(AsyncStore store) =>
        (await Task.WhenAll(Names.Select(n => store.ReadTextAsync(n, cancellationToken: Token)))).Distinct();
}
