namespace RemoteStore.Grains;

/// <summary>Lookups of grains in the silo's stores.</summary>
internal static class SiloStoresExtensions
{
    internal static SiloStore Get(this ISiloStores stores, string name) =>
        stores.TryGet(name, out var store)
            ? store
            : throw new NotFoundException("The cluster has no store of that name.", null, StoreNames.IsValid(name) ? name : null);
}
