namespace RemoteStore.Grains;

/// <summary>What a store of the cluster is and can do.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.store-description")]
public sealed record StoreDescription
{
    /// <summary>The kind of backend.</summary>
    [Id(0)]
    public required string Kind { get; init; }

    /// <summary>The flags of what it can do with owners in front of it.</summary>
    [Id(1)]
    public long Capabilities { get; init; }

    /// <summary>The most bytes that are sent inline; more go by a transfer.</summary>
    [Id(2)]
    public int InlineLimit { get; init; }

    /// <summary>Whether a silo that was frozen and replaced is refused by the backend when it comes back.</summary>
    [Id(3)]
    public bool IsFenced { get; init; }

    /// <summary>
    /// Whether owners decide when a repeat may be executed, so that a caller may make it at once; false from builds that say nothing.
    /// </summary>
    [Id(4)]
    public bool DecidesRepeats { get; init; }
}
