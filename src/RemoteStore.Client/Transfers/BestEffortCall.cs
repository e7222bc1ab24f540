namespace RemoteStore.Client;

/// <summary>Calls that end a transfer: their failure changes nothing for the caller.</summary>
internal static class BestEffortCall
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Makes the call. A silo that is gone does not answer: it is given up soon, and the idle sweep makes good an unheard close.
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
            // It continues by itself.
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
            // The silo is gone, and what the transfer held with it; or the idle sweep will clean up.
        }
    }
}
