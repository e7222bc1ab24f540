using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>A store served by a silo.</summary>
public sealed class SiloStore
{
    /// <summary>Describes a store.</summary>
    /// <param name="name">The name of the store, see <see cref="StoreNames.IsValid"/>.</param>
    /// <param name="backend">The backend with the files; the host disposes it. Its name appears in errors, so use the
    /// name of the store. Put blocking backends behind a bridge with threads of its own.</param>
    /// <param name="options">The settings of the store; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is not valid, or an option is out of range.</exception>
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

    /// <summary>The name of the store.</summary>
    public string Name { get; }

    /// <summary>The backend with the files, limited by <see cref="SiloStoreOptions.MaxCalls"/>.</summary>
    public AsyncBackend Backend { get; }

    /// <summary>The settings of the store.</summary>
    public SiloStoreOptions Options { get; }

    /// <summary>Whether the backend refuses changes of a silo that was frozen and replaced, see <see cref="PathOwner.IsFenced"/>.</summary>
    public bool IsFenced => PathOwner.IsFenced(Backend.Capabilities);

    /// <summary>Whether changes are refused, by the capabilities known so far, see <see cref="SiloStoreOptions.RequireFence"/>.</summary>
    public bool RefusesChanges => Options.RequireFence && !IsFenced;

    internal PathOwnerOptions OwnerOptions { get; }

    internal StagedBytes Staged { get; }
}
