using System.Collections.Concurrent;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Sees which silos' readers are asked, and lets those of some stores fail as a silo that is lost does.</summary>
public sealed class ReaderCalls(ILocalSiloDetails silo) : IIncomingGrainCallFilter
{
    private static readonly ConcurrentDictionary<string, ConcurrentDictionary<SiloAddress, int>> Seen = new();
    private static readonly ConcurrentDictionary<string, bool> Failing = new();

    public static int Count(string store) => Seen.TryGetValue(store, out var silos) ? silos.Values.Sum() : 0;

    public static int Silos(string store) => Seen.TryGetValue(store, out var silos) ? silos.Count : 0;

    public static void Fail(string store) => Failing[store] = true;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is IReaderGrain grain && grain.GetPrimaryKeyString().Split('/') is [_, var store, ..])
        {
            Seen.GetOrAdd(store, static _ => new()).AddOrUpdate(silo.SiloAddress, 1, static (_, n) => n + 1);
            if (Failing.ContainsKey(store))
                throw new TimeoutException("The test lost the reader.");
        }

        await context.Invoke();
    }
}
