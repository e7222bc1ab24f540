using Orleans.Configuration;

namespace RemoteStore.Grains;

/// <summary>When owners of paths that nobody uses leave the memory.</summary>
internal static class OwnerCollection
{
    /// <summary>
    /// How long an owner stays idle: longer than a client with the default settings may repeat a call (60 s, and the bound of the clocks).
    /// </summary>
    internal static readonly TimeSpan Age = TimeSpan.FromSeconds(70);

    private static readonly TimeSpan Quantum = TimeSpan.FromSeconds(10);

    internal static void Configure(GrainCollectionOptions options, SiloLimits limits)
    {
        options.CollectionQuantum = Quantum;
        options.ClassSpecificCollectionAge[typeof(PathGrain).FullName!] = Age;
        options.EnableActivationSheddingOnMemoryPressure = true;
        options.MemoryUsagePollingPeriod = TimeSpan.FromSeconds(1);
        options.MemoryUsageLimitPercentage = limits.OwnerMemoryPercent;
        options.MemoryUsageTargetPercentage = limits.OwnerMemoryPercent * 0.8;
    }

    /// <summary>The places of grains at other silos that a silo remembers; a million, Orleans' default, would take some 200 MB.</summary>
    internal static void Configure(GrainDirectoryOptions options) => options.CacheSize = 100_000;
}
