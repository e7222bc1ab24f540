namespace RemoteStore.Client;

/// <summary>Calls that end a transfer: their failure does not affect the caller.</summary>
internal static class BestEffortCall
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Makes the call with a short timeout, since a lost silo does not answer. A close that did not arrive is
    /// compensated by the collection of idle transfers.
    /// </summary>
    internal static async ValueTask RunAsync<TArgs>(
        ClusterCalls calls,
        string key,
        TArgs args,
        Func<TArgs, CancellationToken, ValueTask> call
    )
    {
        try
        {
            await TryAsync(calls, key, args, call).WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The call continues in the background.
        }
    }

    private static async Task TryAsync<TArgs>(ClusterCalls calls, string key, TArgs args, Func<TArgs, CancellationToken, ValueTask> call)
    {
        try
        {
            await calls.RunAsync(key, args, call, default).ConfigureAwait(false);
        }
        catch (RemoteStoreException)
        {
            // The silo is lost together with the transfer, or the collection of idle transfers will clean up.
        }
    }
}
