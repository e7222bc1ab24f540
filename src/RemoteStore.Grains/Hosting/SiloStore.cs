using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>A store as a silo serves it.</summary>
public sealed class SiloStore
{
    /// <summary>Describes a store.</summary>
    /// <param name="name">Its name, see <see cref="GrainKeys.IsStoreName"/>.</param>
    /// <param name="backend">
    /// Where the files are; it stays the host's to close. Its name is shown in errors: give it the store's name. Blocking backends belong
    /// behind a bridge with threads of its own.
    /// </param>
    /// <param name="options">How to serve it; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is none, or an option is out of range.</exception>
    public SiloStore(string name, AsyncBackend backend, SiloStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        Options = options ?? new SiloStoreOptions();
        Options.Validate();
        Name = GrainKeys.CheckedStoreName(name);
        Backend = new BoundedBackend(Options.RequireFence ? new FencedBackend(backend) : backend, Options.MaxCalls);
        OwnerOptions = new PathOwnerOptions
        {
            ExternalWriters = Options.ExternalWriters,
            MaxAge = Options.CacheAge,
            MaxHold = Options.LeaseTime,
            CacheLimit = Math.Min(Options.CacheLimit, Options.InlineLimit),
            Budget = new ContentBudget(Options.CacheBudget),
        };
        Staged = new StagedBytes(Name, Options.StagedQuota, TimeProvider.System);
    }

    /// <summary>The store's name.</summary>
    public string Name { get; }

    /// <summary>Where the files are, behind the bound of <see cref="SiloStoreOptions.MaxCalls"/>.</summary>
    public AsyncBackend Backend { get; }

    /// <summary>How to serve it.</summary>
    public SiloStoreOptions Options { get; }

    /// <summary>
    /// Whether a silo that was frozen and replaced is refused by the backend when it comes back, see <see cref="PathOwner.IsFenced"/>.
    /// </summary>
    public bool IsFenced => PathOwner.IsFenced(Backend.Capabilities);

    /// <summary>Whether changes are refused, as far as the backend knows by now, see <see cref="SiloStoreOptions.RequireFence"/>.</summary>
    public bool RefusesChanges => Options.RequireFence && !IsFenced;

    internal PathOwnerOptions OwnerOptions { get; }

    internal StagedBytes Staged { get; }
}
