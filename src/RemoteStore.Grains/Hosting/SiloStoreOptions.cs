using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>How a silo serves a store.</summary>
public sealed record SiloStoreOptions
{
    /// <summary>
    /// Whether others write to the backend without asking the cluster; default false. Then nothing is kept in memory, and every answer
    /// comes from the backend.
    /// </summary>
    public bool ExternalWriters { get; init; }

    /// <summary>
    /// Whether every change is refused with <see cref="CapabilityNotSupportedException"/> where the backend is not fenced
    /// (<see cref="PathOwner.IsFenced"/>); default false. A backend may learn that from its server only: its health is checked before the
    /// first change. Set it where several silos serve the store.
    /// </summary>
    public bool RequireFence { get; init; }

    /// <summary>The most bytes of a file that are sent inline, 0 to 262,144; default 65,536. Larger bodies go in chunks.</summary>
    public int InlineLimit { get; init; } = TransferDefaults.InlineLimit;

    /// <summary>
    /// The largest file, in bytes, that its owner keeps in memory; default 65,536; 0 for none. Without effect on a shared store.
    /// </summary>
    public int CacheLimit { get; init; } = 64 * 1024;

    /// <summary>
    /// What all owners and readers of this store in one silo keep in memory together, in bytes; default <see cref="DefaultCacheBudget"/>.
    /// </summary>
    public long CacheBudget { get; init; } = DefaultCacheBudget;

    /// <summary>An eighth of the memory that the runtime may use, at most 268,435,456 bytes.</summary>
    public static long DefaultCacheBudget { get; } = Math.Min(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    /// <summary>
    /// How long an owner answers from memory before it asks the backend again; default 2 s. Keep it below the time in which the cluster
    /// replaces a silo that does not answer: then one that comes back from a freeze has nothing to answer with but what is there.
    /// </summary>
    public TimeSpan CacheAge { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many calls of the store's backend may run in this silo at once; default 4,096. More are refused at once, so that a backend that
    /// hangs holds a bounded part of the silo.
    /// </summary>
    public int MaxCalls { get; init; } = 4096;

    /// <summary>
    /// The reads of one path in a second from which on clients are sent to readers in all silos, see <see cref="IReaderGrain"/>; default
    /// 2,000; 0 for never. Without effect where one silo is alone, and for files above <see cref="InlineLimit"/>.
    /// </summary>
    public int HotReads { get; init; } = 2000;

    /// <summary>
    /// The bytes that uploads may have staged in this store through one silo and not yet published, at least 1; default 1 TiB. More are
    /// refused.
    /// </summary>
    public long StagedQuota { get; init; } = 1L << 40;

    /// <summary>
    /// How long a move or a copy may hold its two paths; default 20 s. A caller whose try ends before asks again and gets the answer.
    /// </summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the error names it.</exception>
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
