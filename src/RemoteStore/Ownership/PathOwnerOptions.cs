namespace RemoteStore.Ownership;

/// <summary>Caching and lease limits of the owner of a path.</summary>
internal sealed record PathOwnerOptions
{
    /// <summary>The defaults: exclusive, files up to 64 KiB are cached.</summary>
    public static PathOwnerOptions Default { get; } = new();

    /// <summary>
    /// Whether other clients write to the backend directly, bypassing the owners; default false. If true, nothing is cached and every
    /// answer comes from the backend.
    /// </summary>
    public bool ExternalWriters { get; init; }

    /// <summary>The largest file, in bytes, whose content an owner caches in memory; default 65,536; 0 caches none.</summary>
    public int CacheLimit { get; init; } = 64 * 1024;

    /// <summary>
    /// How long a cached entry may be used; null, the default, for the lifetime of the owner. An owner that may be replaced without
    /// detecting it must not answer from its cache for longer than a replacement takes.
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The maximum duration of a lease, whatever its deadline; default 60 s.</summary>
    public TimeSpan MaxHold { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The common cache limit of all owners that share it; null for none.</summary>
    public ContentBudget? Budget { get; init; }
}
