namespace RemoteStore.Grains;

/// <summary>The description of a store of the cluster.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.store-description")]
public sealed record StoreDescription
{
    /// <summary>The kind of backend.</summary>
    [Id(0)]
    public required string Kind { get; init; }

    /// <summary>The flags of its capabilities with owners in front of the backend.</summary>
    [Id(1)]
    public long Capabilities { get; init; }

    /// <summary>The largest content, in bytes, that is sent inline; larger content needs a transfer.</summary>
    [Id(2)]
    public int InlineLimit { get; init; }

    /// <summary>Whether the backend refuses changes of a silo that was frozen and replaced.</summary>
    [Id(3)]
    public bool IsFenced { get; init; }
}
