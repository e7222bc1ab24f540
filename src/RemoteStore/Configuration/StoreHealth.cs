namespace RemoteStore;

/// <summary>The result of a store's health check.</summary>
/// <param name="Store">The store's name.</param>
/// <param name="Backend">The backend's name.</param>
/// <param name="Duration">How long the check took.</param>
/// <param name="Error">Why the store does not work; null when it does.</param>
public sealed record StoreHealth(string Store, string Backend, TimeSpan Duration, Exception? Error)
{
    /// <summary>Whether the store works.</summary>
    public bool IsHealthy => Error is null;

    /// <summary>
    /// A limitation of a working backend, as one word: <c>NotContained</c> for a local one whose links the kernel does not keep inside the
    /// root. Null for none.
    /// </summary>
    public string? Detail { get; init; }
}
