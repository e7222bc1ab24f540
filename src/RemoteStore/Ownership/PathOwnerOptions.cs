namespace RemoteStore;

/// <summary>How the owner of a path treats its backend.</summary>
public sealed record PathOwnerOptions
{
    /// <summary>The defaults: exclusive, files up to 64 KiB are kept.</summary>
    public static PathOwnerOptions Default { get; } = new();

    /// <summary>
    /// Whether others write to the backend without asking the owners; default false. Then nothing is kept, every answer comes from the backend.
    /// </summary>
    public bool Shared { get; init; }

    /// <summary>The largest file, in bytes, whose content an owner keeps in memory; default 65,536; 0 keeps none.</summary>
    public int CacheLimit { get; init; } = 64 * 1024;

    /// <summary>
    /// How long what is kept may be answered with; null, the default, for as long as the owner lives. An owner that others may have replaced
    /// without its knowledge must not answer from memory for longer than it takes to replace it.
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Asked right before each attempt to commit; false refuses the call before anything happens. Null, the default, always commits. For a host
    /// that knows when others may have taken over: what waited while it was frozen must not be done after their commits.
    /// </summary>
    public Func<bool>? MayCommit { get; init; }

    /// <summary>What all owners that share it may keep together; null for no common limit.</summary>
    public ContentBudget? Budget { get; init; }
}
