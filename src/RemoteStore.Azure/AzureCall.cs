using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>Distinguishes a timeout of the SDK (which it throws as a cancellation) from a cancellation by the caller.</summary>
internal static class AzureCall
{
    /// <summary>Makes sense of what has arrived. Some of the SDK's values are read from the headers only when they are asked for.</summary>
    internal static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new MalformedResponseException("it could not be read", e);
        }
    }

    // Requests are checked before they are sent: whatever is neither the SDK's own error nor one of the connection comes from what the
    // service has sent.
    private static bool IsUnreadable(Exception exception) =>
        exception
            is not (
                OperationCanceledException
                or ObjectDisposedException
                or RemoteStoreException
                or MalformedResponseException
                or OutOfMemoryException
            )
        && AzureErrors.Classify(exception) is null;

    internal static async Task<T> Timed<T>(Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The service did not answer in time.", e);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new MalformedResponseException("it could not be read", e);
        }
    }
}
