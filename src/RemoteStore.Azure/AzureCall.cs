namespace RemoteStore.AzureBlobs;

/// <summary>Tells a timeout of the SDK (which it throws as a cancellation) from a cancellation by the caller.</summary>
internal static class AzureCall
{
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
    }
}
