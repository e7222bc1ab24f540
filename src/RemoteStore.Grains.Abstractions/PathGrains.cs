namespace RemoteStore.Grains;

/// <summary>
/// Gives access to the owners of paths. The grain type is resolved once: a factory would resolve it by reflection for
/// each grain. Thread-safe.
/// </summary>
internal sealed class PathGrains(IGrainFactory grains)
{
    private volatile Kind? _kind;

    /// <summary>The owner of a path.</summary>
    /// <param name="store">The name of the store.</param>
    /// <param name="key">The canonical key.</param>
    /// <exception cref="ArgumentException">The cluster, as known to this process, has no such grains.</exception>
    internal IPathGrain Get(string store, string key) => Get(GrainKeys.Path(store, key));

    /// <summary>The owner of a path.</summary>
    /// <param name="grainKey">See <see cref="GrainKeys.Path"/>.</param>
    /// <exception cref="ArgumentException">The cluster, as known to this process, has no such grains.</exception>
    internal IPathGrain Get(string grainKey)
    {
        var kind = _kind ??= KindOf(grainKey);
        return (IPathGrain)grains.GetGrain(GrainId.Create(kind.Grain, IdSpan.Create(grainKey)), kind.Interface);
    }

    private Kind KindOf(string grainKey)
    {
        var grain = grains.GetGrain<IPathGrain>(grainKey);
        return new Kind(grain.GetGrainId().Type, ((GrainReference)grain).InterfaceType);
    }

    private sealed record Kind(GrainType Grain, GrainInterfaceType Interface);
}
