namespace RemoteStore.Grains;

/// <summary>
/// Limits the concurrent calls of a backend and refuses further calls immediately, so that a hanging backend does not
/// accumulate calls. Opened streams and writers are limited by the transfers that own them.
/// </summary>
internal sealed class BoundedBackend(AsyncBackend inner, int maxCalls) : InterceptingBackend(inner)
{
    private int _running;

    // Calls that free resources are never refused.
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        Inner.AbortStagedAsync(key, token, cancellationToken);

    private protected override async ValueTask<T> RunAsync<TArgs, T>(
        BackendCall call,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken token
    )
    {
        try
        {
            if (Interlocked.Increment(ref _running) > maxCalls)
                throw Refusals.Full($"{maxCalls} calls of the backend are already in flight.", call.Key, Name);
            return await run(Inner, args, token).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
