using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Grains;

/// <summary>A fixed set of stores.</summary>
/// <param name="stores">The stores; names must be unique.</param>
public sealed class SiloStores(IEnumerable<SiloStore> stores) : ISiloStores
{
    private readonly FrozenDictionary<string, SiloStore> _stores = stores.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _stores.Keys;

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out SiloStore? store) => _stores.TryGetValue(name, out store);
}
