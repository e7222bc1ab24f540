namespace RemoteStore.Grains;

/// <summary>
/// Lets a number of calls through to the backend at once and refuses the others at once: a backend that hangs must not gather calls without
/// end. Opened streams and writers are bounded by the transfers that hold them.
/// </summary>
internal sealed class BoundedBackend(AsyncBackend inner, int maxCalls) : InterceptingBackend(inner)
{
    private int _running;

    // What frees resources is never refused.
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
                throw Refusals.Full($"{maxCalls} calls of the backend run already.", call.Key, Name);
            return await run(Inner, args, token).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
