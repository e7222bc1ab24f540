using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>How a silo serves one store: the section <c>RemoteStore:Silo:Stores:NAME</c>.</summary>
public sealed class SiloStoreSettings
{
    /// <summary>
    /// Whether others write to the backend without asking the cluster; default false. Then owners keep nothing in memory and ask the
    /// backend each time.
    /// </summary>
    public bool ExternalWriters { get; set; }

    /// <summary>
    /// Declares that every silo reaches the same files although the backend lives in one process or on one machine: a folder that is a
    /// mount all silos share, or silos of one machine. Default false: such a store is refused in a cluster of several silos.
    /// </summary>
    public bool SharedAcrossSilos { get; set; }

    /// <summary>
    /// Allows a backend whose commits are not conditional in a cluster of several silos: a silo that was frozen and replaced may then
    /// overwrite what was acknowledged in the meantime. Default false: such a store is refused there, at the start or, where only the
    /// server shows it, with every change; with one silo it is warned about.
    /// </summary>
    public bool Unfenced { get; set; }

    /// <summary>The most bytes of a file that are sent inline, 0 to 262,144; default 65,536.</summary>
    public int InlineLimit { get; set; } = 64 * 1024;

    /// <summary>The largest file in bytes that its owner keeps in memory; default 65,536; 0 for none.</summary>
    public int CacheLimit { get; set; } = 64 * 1024;

    /// <summary>
    /// What all owners and readers of the store in one silo keep in memory together, in bytes; default <see
    /// cref="SiloStoreOptions.DefaultCacheBudget"/>.
    /// </summary>
    public long CacheBudget { get; set; } = SiloStoreOptions.DefaultCacheBudget;

    /// <summary>
    /// The calls of the store's backend that may run in one silo at once, at least 1; default 4,096. More are refused at once.
    /// </summary>
    public int MaxCalls { get; set; } = 4096;

    /// <summary>
    /// The bytes that uploads may have staged in the store through one silo and not yet published, at least 1; default 1 TiB, for a store
    /// in memory a quarter of what the runtime may use. More are refused.
    /// </summary>
    public long? StagedQuota { get; set; }

    /// <summary>
    /// The reads of one path in a second from which on clients read it through all silos; 0 for never; default 2,000. Without effect where
    /// one silo is alone, and for files above <see cref="InlineLimit"/>.
    /// </summary>
    public int HotReads { get; set; } = 2000;
}
