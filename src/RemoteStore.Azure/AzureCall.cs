using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>Distinguishes a timeout of the SDK (thrown as a cancellation) from a cancellation by the caller.</summary>
internal static class AzureCall
{
    /// <summary>Parses a response. The SDK reads some values from the headers only when they are used.</summary>
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

    // Requests are validated before they are sent: an exception that is neither the SDK's own nor one of the connection
    // was caused by the bytes of the service.
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
