namespace RemoteStore.Ownership;

/// <summary>How the owner of a path treats its backend.</summary>
internal sealed record PathOwnerOptions
{
    /// <summary>The defaults: exclusive, files up to 64 KiB are kept.</summary>
    public static PathOwnerOptions Default { get; } = new();

    /// <summary>
    /// Whether others write to the backend without asking the owners; default false. Then nothing is kept, every answer comes from the
    /// backend.
    /// </summary>
    public bool ExternalWriters { get; init; }

    /// <summary>The largest file, in bytes, whose content an owner keeps in memory; default 65,536; 0 keeps none.</summary>
    public int CacheLimit { get; init; } = 64 * 1024;

    /// <summary>
    /// How long what is kept may be answered with; null, the default, for as long as the owner lives. An owner that others may have
    /// replaced without its knowledge must not answer from memory for longer than it takes to replace it.
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How long a hold may last at most, whatever deadline it asks for; default 60 s.</summary>
    public TimeSpan MaxHold { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What all owners that share it may keep together; null for no common limit.</summary>
    public ContentBudget? Budget { get; init; }
}
