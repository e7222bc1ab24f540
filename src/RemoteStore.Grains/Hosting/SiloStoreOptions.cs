using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>The settings of a store in a silo.</summary>
public sealed record SiloStoreOptions
{
    /// <summary>
    /// Whether other programs write to the backend directly; default false. If true, nothing is kept in memory and
    /// every answer comes from the backend.
    /// </summary>
    public bool ExternalWriters { get; init; }

    /// <summary>
    /// Whether every change is refused with <see cref="CapabilityNotSupportedException"/> when the backend is not
    /// fenced (<see cref="PathOwner.IsFenced"/>); default false. A backend may detect this only at its server, so its
    /// health is checked before the first change. Set it where several silos serve the store.
    /// </summary>
    public bool RequireFence { get; init; }

    /// <summary>
    /// The largest content, in bytes, that is sent inline, 0 to 262,144; default 65,536. Larger content is sent in chunks.
    /// </summary>
    public int InlineLimit { get; init; } = TransferDefaults.InlineLimit;

    /// <summary>
    /// The largest file, in bytes, that its owner keeps in memory; default 65,536; 0 for none. No effect on a store with external writers.
    /// </summary>
    public int CacheLimit { get; init; } = 64 * 1024;

    /// <summary>
    /// The bytes that all owners and readers of this store in one silo keep in memory together; default <see cref="DefaultCacheBudget"/>.
    /// </summary>
    public long CacheBudget { get; init; } = DefaultCacheBudget;

    /// <summary>An eighth of the memory available to the runtime, at most 268,435,456 bytes.</summary>
    public static long DefaultCacheBudget { get; } = Math.Min(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    /// <summary>
    /// How long an owner answers from memory before it reads the backend again; default 2 s. Must be shorter than the time in
    /// which the cluster replaces a silo that does not respond: a silo that resumes after a freeze then has no stale answers left.
    /// </summary>
    public TimeSpan CacheAge { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The calls of the store's backend that may run in this silo at once; default 4,096. Further calls are refused
    /// immediately, so that a hanging backend blocks a bounded part of the silo.
    /// </summary>
    public int MaxCalls { get; init; } = 4096;

    /// <summary>
    /// The reads per second of one path above which clients are sent to readers in all silos, see <see cref="IReaderGrain"/>;
    /// default 2,000; 0 for never. No effect with a single silo, and for files above <see cref="InlineLimit"/>.
    /// </summary>
    public int HotReads { get; init; } = 2000;

    /// <summary>
    /// The bytes that uploads may have staged, but not published, in this store through one silo, at least 1; default 1
    /// TiB. Further uploads are refused.
    /// </summary>
    public long StagedQuota { get; init; } = 1L << 40;

    /// <summary>
    /// How long a move or a copy may lease its two paths; default 20 s. A caller whose attempt ends earlier retries and
    /// receives the result.
    /// </summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Validates the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the error names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(InlineLimit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(InlineLimit, TransferDefaults.MaxInlineLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(CacheLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(CacheBudget);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CacheAge, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCalls, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(HotReads);
        ArgumentOutOfRangeException.ThrowIfLessThan(StagedQuota, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LeaseTime, TimeSpan.Zero);
    }
}
