using Orleans.Concurrency;
using RemoteStore.Grains;

namespace RemoteStore.Bench;

/// <summary>What a grain can do at the best: it answers from a field.</summary>
[Alias("bench.floor")]
public interface IFloorGrain : IGrainWithStringKey
{
    [AlwaysInterleave, Alias("ping")]
    ValueTask<int> Ping();

    [AlwaysInterleave, Alias("read")]
    ValueTask<Payload> Read();
}

public sealed class FloorGrain : Grain, IFloorGrain
{
    private static readonly byte[] Bytes = new byte[Sizes.Small];

    public ValueTask<int> Ping() => new(1);

    public ValueTask<Payload> Read() => new(Payload.FromUnowned(Bytes));
}
