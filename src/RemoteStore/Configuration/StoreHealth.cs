namespace RemoteStore;

/// <summary>What a store answered to a ping.</summary>
/// <param name="Store">The store's name.</param>
/// <param name="Backend">The backend's name.</param>
/// <param name="Duration">How long the answer took.</param>
/// <param name="Error">Why the store does not work; null when it does.</param>
public sealed record StoreHealth(string Store, string Backend, TimeSpan Duration, Exception? Error)
{
    /// <summary>Whether the store works.</summary>
    public bool IsHealthy => Error is null;

    /// <summary>
    /// A limit of a backend that works, as one word: <c>NotContained</c> for a local one whose links the kernel does not keep inside the
    /// root. Null for none.
    /// </summary>
    public string? Detail { get; init; }
}
