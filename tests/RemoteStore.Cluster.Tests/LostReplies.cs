using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Orleans.TestingHost;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>
/// Loses the answers of owners on their way to the cluster's own client, for the stores that ask for it: the call was executed, and the
/// caller is reported that nobody answered.
/// </summary>
public sealed class LostReplies : IClientBuilderConfigurator, IOutgoingGrainCallFilter
{
    private static readonly ConcurrentDictionary<string, Random> Seeds = new();
    private static int _lost;

    public static int Lost => Volatile.Read(ref _lost);

    public static void Begin(string store, int seed) => Seeds[store] = new Random(seed);

    public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) =>
        clientBuilder.AddOutgoingGrainCallFilter<LostReplies>();

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        await context.Invoke();
        if (
            context.Grain is not IPathGrain grain
            || !Seeds.TryGetValue(grain.GetPrimaryKeyString().Split('/')[0], out var random)
            || !IsUnlucky(random)
        )
            return;
        Interlocked.Increment(ref _lost);
        throw new TimeoutException("The test lost the answer.");
    }

    private static bool IsUnlucky(Random random)
    {
        lock (random)
            return random.Next(10) < 3;
    }
}
