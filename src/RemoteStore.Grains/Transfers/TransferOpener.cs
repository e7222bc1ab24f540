namespace RemoteStore.Grains;

/// <summary>
/// Who opened a transfer, and for what. Only the same principal may carry its bytes over another port, and only while a rule allows it.
/// </summary>
/// <param name="Principal">The principal; null for the silo itself.</param>
/// <param name="Verbs">The verbs of the transfer.</param>
/// <param name="Store">The name of the store.</param>
/// <param name="Key">The canonical key.</param>
internal sealed record TransferOpener(Principal? Principal, AccessVerbs Verbs, string Store, string Key)
{
    /// <summary>Whether the peer of a connection may carry the bytes.</summary>
    /// <param name="peer">The principal of the peer's certificate.</param>
    /// <param name="policy">The current policy.</param>
    internal bool Admits(Principal peer, AccessPolicy policy) =>
        Principal is null || (Principal == peer && policy.Allows(peer, Verbs, Store, Key));
}
