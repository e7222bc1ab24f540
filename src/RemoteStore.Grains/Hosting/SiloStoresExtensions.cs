namespace RemoteStore.Grains;

/// <summary>What grains ask of the silo's stores.</summary>
internal static class SiloStoresExtensions
{
    internal static SiloStore Get(this ISiloStores stores, string name) =>
        stores.TryGet(name, out var store)
            ? store
            : throw new NotFoundException("There is no store of that name.", null, GrainKeys.IsStoreName(name) ? name : null);
}
