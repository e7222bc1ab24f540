namespace RemoteStore;

/// <summary>
/// A backend that crashes of its writers leave something to tidy for. Reached through layers by <see cref="AsyncBackend.Unwrap{T}"/>; hosts
/// run it at their start and from time to time.
/// </summary>
public interface IMaintainable
{
    /// <summary>
    /// Finishes or drops what interrupted calls left, once it is old enough that no call can be running. Safe at any time and from several
    /// processes at once: whatever one of them does, another finds done. Of a sync backend it completes before it returns.
    /// </summary>
    /// <param name="cancellationToken">Cancels the work; what is done stays done.</param>
    /// <returns>How much was recovered.</returns>
    /// <exception cref="RemoteStoreException">The storage does not answer, or refused something: the first refusal, once all else was
    /// done.</exception>
    ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default);
}
