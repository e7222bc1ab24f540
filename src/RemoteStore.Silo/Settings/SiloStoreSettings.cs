using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>The settings of one store in a silo: the section <c>RemoteStore:Silo:Stores:NAME</c>.</summary>
public sealed class SiloStoreSettings
{
    /// <summary>
    /// Whether other programs write to the backend directly; default false. If true, owners keep nothing in memory and
    /// read the backend each time.
    /// </summary>
    public bool ExternalWriters { get; set; }

    /// <summary>
    /// Declares that all silos reach the same files although the backend is limited to one process or one machine: a folder that is
    /// a mount shared by all silos, or silos on one machine. Default false: such a store is refused in a cluster of several silos.
    /// </summary>
    public bool SharedAcrossSilos { get; set; }

    /// <summary>
    /// Allows a backend without conditional commits in a cluster of several silos: a silo that was frozen and replaced
    /// may then overwrite data acknowledged in the meantime. Default false: such a store is refused there, at the start
    /// or, if only the server reports it, at every change; with a single silo a warning is logged.
    /// </summary>
    public bool Unfenced { get; set; }

    /// <summary>The largest content, in bytes, that is sent inline, 0 to 262,144; default 65,536.</summary>
    public int InlineLimit { get; set; } = 64 * 1024;

    /// <summary>The largest file, in bytes, that its owner keeps in memory; default 65,536; 0 for none.</summary>
    public int CacheLimit { get; set; } = 64 * 1024;

    /// <summary>
    /// The bytes that all owners and readers of the store in one silo keep in memory together; default
    /// <see cref="SiloStoreOptions.DefaultCacheBudget"/>.
    /// </summary>
    public long CacheBudget { get; set; } = SiloStoreOptions.DefaultCacheBudget;

    /// <summary>
    /// The calls of the store's backend that may run in one silo at once, at least 1; default 4,096. Further ones are refused immediately.
    /// </summary>
    public int MaxCalls { get; set; } = 4096;

    /// <summary>
    /// The bytes that uploads may have staged, but not published, in the store through one silo, at least 1; default 1
    /// TiB, for a store in memory a quarter of the memory available to the runtime. Further uploads are refused.
    /// </summary>
    public long? StagedQuota { get; set; }

    /// <summary>
    /// The reads per second of one path above which clients read it through all silos; 0 for never; default 2,000. No
    /// effect with a single silo, and for files above <see cref="InlineLimit"/>.
    /// </summary>
    public int HotReads { get; set; } = 2000;
}
