using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Grains;

/// <summary>
/// The stores that a silo serves. All silos of a cluster must serve the same stores. The host implements it and disposes the backends.
/// </summary>
public interface ISiloStores
{
    /// <summary>The names of all stores.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Finds a store by name.</summary>
    /// <param name="name">The name of the store.</param>
    /// <param name="store">The store; always the same instance for a name.</param>
    bool TryGet(string name, [NotNullWhen(true)] out SiloStore? store);
}
