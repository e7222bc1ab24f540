using Orleans.Configuration;

namespace RemoteStore.Grains;

/// <summary>Determines when idle owners of paths are removed from memory.</summary>
internal static class OwnerCollection
{
    /// <summary>
    /// How long an owner may be idle: longer than a client with default settings may retry a call (60 s plus the tolerance of the clocks).
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

    /// <summary>
    /// The number of grain locations at other silos that a silo caches. Orleans' default of a million would take about 200 MB.
    /// </summary>
    internal static void Configure(GrainDirectoryOptions options) => options.CacheSize = 100_000;
}
