using System.Collections.Concurrent;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>
/// Sees which silos' readers are asked, holds those of some stores up, and lets those of others fail as a silo that is lost does.
/// </summary>
public sealed class ReaderCalls(ILocalSiloDetails silo) : IIncomingGrainCallFilter
{
    private static readonly ConcurrentDictionary<string, ConcurrentDictionary<SiloAddress, int>> Seen = new();
    private static readonly ConcurrentDictionary<string, bool> Failing = new();
    private static readonly ConcurrentDictionary<string, Gate> Gates = new();

    public static int Count(string store) => Seen.TryGetValue(store, out var silos) ? silos.Values.Sum() : 0;

    public static int Silos(string store) => Seen.TryGetValue(store, out var silos) ? silos.Count : 0;

    public static void Fail(string store) => Failing[store] = true;

    public static Gate Hold(string store) => Gates[store] = new Gate();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is IReaderGrain grain && grain.GetPrimaryKeyString().Split('/') is [_, var store, ..])
        {
            Seen.GetOrAdd(store, static _ => new()).AddOrUpdate(silo.SiloAddress, 1, static (_, n) => n + 1);
            if (Failing.ContainsKey(store))
                throw new TimeoutException("The test lost the reader.");
            if (Gates.TryGetValue(store, out var gate))
                await gate.PassAsync();
        }

        await context.Invoke();
    }

    /// <summary>Where calls wait until the test opens it.</summary>
    public sealed class Gate
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Open() => _open.SetResult();

        internal Task PassAsync()
        {
            _reached.TrySetResult();
            return _open.Task;
        }
    }
}
