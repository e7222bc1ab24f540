using Orleans.Serialization;

namespace RemoteStore.Grains;

/// <summary>Translates failures of the cluster itself (not of a backend) for a caller of a store.</summary>
public static class ClusterErrors
{
    /// <summary>
    /// The typed form of a failure; null for failures that need no translation (typed errors, cancellations, argument mistakes).
    /// </summary>
    /// <param name="exception">The failure.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The store concerned.</param>
    public static RemoteStoreException? Translate(Exception exception, string? path, string? backend) =>
        exception switch
        {
            _ when PassesAsItIs(exception) => null,
            TimeoutException => Unavailable(
                "The cluster did not answer in time; the outcome of the call is unknown.",
                exception,
                path,
                backend
            ),
            LimitExceededException => Unavailable("Too many calls are waiting at the path.", exception, path, backend, refused: true),
            OrleansException or IOException or ObjectDisposedException => Unavailable(
                "The cluster cannot be reached, or refused the call; the outcome of the call is unknown.",
                exception,
                path,
                backend
            ),
            // An unknown method or record of the contract fails as a missing type.
            SerializerException or TypeLoadException => new RemoteStoreException(
                "The message could not be read: client and silo have different versions.",
                path,
                backend,
                exception
            ),
            _ => null,
        };

    /// <summary>Whether a failure is a typed error, a cancellation, or an argument mistake.</summary>
    internal static bool PassesAsItIs(Exception exception) =>
        exception is RemoteStoreException or OperationCanceledException or ArgumentException;

    /// <summary>
    /// Whether a failure is a transient one of the cluster itself: a silo or gateway was lost or is stopping, an owner
    /// was replaced, or a response is missing. Failures of a backend are never included, whatever their type.
    /// </summary>
    /// <param name="error">The typed failure.</param>
    public static bool IsPassing(RemoteStoreException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error
                is BackendUnavailableException
                {
                    IsTransient: true,
                    Code: ErrorCodes.ClusterUnavailable
                        or ErrorCodes.StaleOwner
                        or ErrorCodes.DeadlineExceeded
                        or ErrorCodes.PathBusy
                        or ErrorCodes.AttemptInProgress
                        or ErrorCodes.SiloStopping,
                }
            && !IsFull(error);
    }

    /// <summary>Whether an owner waits for the end of an earlier attempt of the same change. The current attempt did nothing.</summary>
    /// <param name="error">The typed failure.</param>
    public static bool IsAttemptInProgress(RemoteStoreException error) =>
        error is { RefusedBeforeExecution: true, Code: ErrorCodes.AttemptInProgress };

    /// <summary>
    /// Whether a silo, a store or a path is overloaded: nothing was done, and the error contains the delay before a retry.
    /// </summary>
    /// <param name="error">The typed failure.</param>
    public static bool IsFull(RemoteStoreException error) => error is { RefusedBeforeExecution: true, RetryAfter: not null };

    private static BackendUnavailableException Unavailable(
        string message,
        Exception exception,
        string? path,
        string? backend,
        bool refused = false
    ) =>
        new(message, path, backend, exception)
        {
            Code = ErrorCodes.ClusterUnavailable,
            NativeCode = exception.GetType().Name,
            RefusedBeforeExecution = refused,
            RetryAfter = refused ? TransferDefaults.RetryAfter : null,
        };
}
