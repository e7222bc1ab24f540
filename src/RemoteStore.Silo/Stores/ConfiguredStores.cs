using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// The configured stores, as the grains use them. Refuses stores that a cluster of several silos could not serve consistently.
/// </summary>
internal sealed class ConfiguredStores : ISiloStores
{
    private static readonly long InMemory = Math.Max(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
    private readonly SiloStores _stores;

    public ConfiguredStores(StoreRegistry registry, IOptions<SiloSettings> settings)
    {
        var faults = settings
            .Value.Stores.Keys.Except(registry.StoreNames, StringComparer.Ordinal)
            .Select(n => $"{SiloSettings.Section}:Stores:{n}: the configuration has no store of that name")
            .Concat(registry.StoreNames.Select(n => Fault(n, registry, settings.Value)).OfType<string>())
            .ToList();
        if (faults.Count > 0)
            throw new OptionsValidationException(SiloSettings.Section, typeof(SiloSettings), faults);
        var stores = registry.StoreNames.Select(n => Store(n, registry, settings.Value)).ToList();
        if (stores.Select(Unfenced).OfType<string>().ToList() is { Count: > 0 } unfenced)
            throw new OptionsValidationException(SiloSettings.Section, typeof(SiloSettings), unfenced);
        _stores = new SiloStores(stores);
    }

    public IReadOnlyCollection<string> Names => _stores.Names;

    public bool TryGet(string name, [NotNullWhen(true)] out SiloStore? store) => _stores.TryGet(name, out store);

    private static SiloStoreSettings SettingsOf(string name, SiloSettings settings) =>
        settings.Stores.TryGetValue(name, out var own) ? own : new SiloStoreSettings();

    private static string? Fault(string name, StoreRegistry registry, SiloSettings settings)
    {
        var own = SettingsOf(name, settings);
        if (settings.Clustering != ClusteringMode.Standalone && registry.GetReach(name) != BackendScope.Network && !own.SharedAcrossSilos)
            return $"{SiloSettings.Section}:Stores:{name}:{nameof(own.SharedAcrossSilos)}: the backend of this store is limited to one "
                + $"{registry.GetReach(name).ToString().ToLowerInvariant()}, and {nameof(settings.Clustering)} is {settings.Clustering}; "
                + "set it to true if all silos reach the same files, or use another backend";
        try
        {
            OptionsOf(own, settings, registry.GetReach(name)).Validate();
            return null;
        }
        catch (ArgumentOutOfRangeException e)
        {
            return $"{SiloSettings.Section}:Stores:{name}:{e.ParamName}: {e.ActualValue} is out of range";
        }
    }

    // Only backends that know their capabilities before they reach their server; the others refuse changes later.
    private static string? Unfenced(SiloStore store) =>
        !store.RefusesChanges
            ? null
            : $"{SiloSettings.Section}:Stores:{store.Name}:{nameof(SiloStoreSettings.Unfenced)}: the backend of this store does not "
                + "evaluate "
                + "conditions atomically with commits, so a silo that was frozen and replaced could overwrite acknowledged data; "
                + "set it to true to accept that, or use a fenced backend";

    private static SiloStore Store(string name, StoreRegistry registry, SiloSettings settings)
    {
        var store = registry.GetAsyncStore(name);
        var backend = store.Root.IsRoot ? store.Backend : new PrefixBackend(store.Backend, store.Root.Value, leaveOpen: true);
        // Grains call the backend without a store in between, which would have measured the calls.
        backend = new TelemetryBackend(backend, signals: TelemetrySignals.Measurements);
        return new SiloStore(name, backend, OptionsOf(SettingsOf(name, settings), settings, registry.GetReach(name)));
    }

    private static SiloStoreOptions OptionsOf(SiloStoreSettings own, SiloSettings settings, BackendScope reach) =>
        new()
        {
            ExternalWriters = own.ExternalWriters,
            RequireFence = !own.Unfenced && settings.Clustering != ClusteringMode.Standalone,
            InlineLimit = own.InlineLimit,
            CacheLimit = own.CacheLimit,
            CacheBudget = own.CacheBudget,
            MaxCalls = own.MaxCalls,
            HotReads = own.HotReads,
            StagedQuota = own.StagedQuota ?? (reach == BackendScope.Process ? InMemory : new SiloStoreOptions().StagedQuota),
        };
}
