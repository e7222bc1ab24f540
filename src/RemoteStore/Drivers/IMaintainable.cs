namespace RemoteStore;

/// <summary>
/// A backend that needs cleanup after its writers crashed. Reached through layers by <see cref="AsyncBackend.Unwrap{T}"/>; hosts run it at
/// startup and periodically.
/// </summary>
public interface IMaintainable
{
    /// <summary>
    /// Finishes or removes what interrupted calls left, once it is old enough that no call can still be running. Safe at any time and from
    /// several processes concurrently: their work is idempotent. A sync backend completes before the method returns.
    /// </summary>
    /// <param name="cancellationToken">Cancels the work; completed work is kept.</param>
    /// <returns>The number of items cleaned up or recovered.</returns>
    /// <exception cref="RemoteStoreException">
    /// The storage does not respond, or rejected something: the first failure, reported after all other work was done.
    /// </exception>
    ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default);
}
