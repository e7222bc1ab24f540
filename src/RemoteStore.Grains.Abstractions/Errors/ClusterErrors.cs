using Orleans.Serialization;

namespace RemoteStore.Grains;

/// <summary>What the failures of the cluster itself (not of a backend) mean to a caller of a store.</summary>
public static class ClusterErrors
{
    /// <summary>The code of a silo that stops and takes nothing new.</summary>
    public const string Stopping = "SiloStopping";

    private const string Prefix = "Cluster.";

    /// <summary>The typed form of a failure; null for what passes as it is (typed already, cancelled, a caller's mistake).</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The store concerned.</param>
    public static RemoteStoreException? Translate(Exception exception, string? path, string? backend) => exception switch
    {
        RemoteStoreException or OperationCanceledException or ArgumentException => null,
        TimeoutException => Unavailable("The cluster did not answer in time; whether a change was made is not known.", exception, path, backend),
        OrleansException or IOException or ObjectDisposedException =>
            Unavailable("The cluster cannot be reached, or refused the call; whether a change was made is not known.", exception, path, backend),
        SerializerException => new RemoteStoreException("The message could not be read: the two sides are of different versions.", path, backend, exception),
        _ => null,
    };

    /// <summary>
    /// Whether a failure is the cluster's own and passes: a silo or a gateway was lost or is stopping, an owner was replaced, an answer did not
    /// come. A failure of a backend is none of these, whatever its type.
    /// </summary>
    /// <param name="error">The typed failure.</param>
    public static bool IsPassing(RemoteStoreException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error is BackendUnavailableException { IsTransient: true, NativeCode: { } code }
            && (code.StartsWith(Prefix, StringComparison.Ordinal) || code is OwnerCodes.Stale or OwnerCodes.Late or OwnerCodes.Busy or Stopping);
    }

    private static BackendUnavailableException Unavailable(string message, Exception exception, string? path, string? backend) =>
        new(message, path, backend, exception) { NativeCode = Prefix + exception.GetType().Name };
}
