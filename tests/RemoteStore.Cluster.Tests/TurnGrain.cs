using System.Security.Cryptography;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

/// <summary>A caller of stores from within a silo.</summary>
[Alias("remotestore.tests.turn")]
public interface ITurnGrain : IGrainWithGuidKey
{
    /// <summary>Writes and reads bodies of many sizes; null when every byte came back.</summary>
    [Alias("exercise")]
    Task<string?> Exercise(string store, int seed);

    /// <summary>The message of the refusal.</summary>
    [Alias("read-synchronously")]
    Task<string> ReadSynchronously(string store);
}

internal sealed class TurnGrain : Grain, ITurnGrain
{
    public async Task<string?> Exercise(string store, int seed)
    {
        var files = new AsyncStore(new ClusterBackend(GrainFactory, store));
        var random = new Random(seed);
        foreach (var size in new[] { 0, 1, 5_000, 60_000, 64 * 1024, 100_000, 1_500_000 })
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            await files.WriteAtomicAsync($"g{seed}/f", bytes, WriteOptions.Replace);
            for (var i = 0; i < 3; i++)
            {
                var got = await files.ReadBytesAsync($"g{seed}/f");
                if (!SHA256.HashData(bytes).SequenceEqual(SHA256.HashData(got)))
                    return $"{size} bytes came back changed.";
            }
        }

        return null;
    }

    public Task<string> ReadSynchronously(string store)
    {
        using var sync = new Store(new AsyncBackendSyncAdapter(new ClusterBackend(GrainFactory, store)));
        return Task.FromResult(Assert.Throws<InvalidOperationException>(() => sync.Exists("f")).Message);
    }
}
