namespace RemoteStore.Grains;

/// <summary>
/// Who opened a transfer, and for what: only the same principal may carry its bytes over another port, as long as a rule allows it.
/// </summary>
/// <param name="Principal">Who; null for the silo itself.</param>
/// <param name="Verbs">What.</param>
/// <param name="Store">The store's name.</param>
/// <param name="Key">The canonical key.</param>
internal sealed record TransferOpener(Principal? Principal, AccessVerbs Verbs, string Store, string Key)
{
    /// <summary>Whether the peer of a connection may carry the bytes.</summary>
    /// <param name="peer">By its certificate.</param>
    /// <param name="policy">As it is now.</param>
    internal bool Admits(Principal peer, AccessPolicy policy) =>
        Principal is null || (Principal == peer && policy.Allows(peer, Verbs, Store, Key));
}
