using Microsoft.Extensions.Logging;
using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>Runs the calls of one adapter on its pool, and ends them when the adapter closes.</summary>
internal sealed class BlockingCallScheduler(BlockingPool pool, string backend, ILogger? logger)
{
    private volatile bool _closed;

    internal BlockingPool Pool => pool;

    internal ValueTask<TResult> RunAsync<TState, TResult>(
        string operation,
        Func<TState, TResult> body,
        TState state,
        CancellationToken cancellationToken
    ) => RunAsync(new BlockingCall<TState, TResult>(body, state) { Operation = operation }, cancellationToken);

    internal ValueTask RunAsync<TState>(string operation, Action<TState> body, TState state, CancellationToken cancellationToken) =>
        new(RunAsync(operation, static s => Unit(s.body, s.state), (body, state), cancellationToken).AsTask());

    internal ValueTask<TResult> RunAsync<TResult>(BlockingCall<TResult> call, CancellationToken cancellationToken)
    {
        if (pool.IsCurrent)
        {
            call.Run();
            return new ValueTask<TResult>(call.Task);
        }

        if (cancellationToken.CanBeCanceled)
            call.CancelWith(pool, cancellationToken);
        if (!pool.TryPost(call))
            call.Fail(Closed());
        return new ValueTask<TResult>(call.Task);
    }

    /// <summary>Runs the release of a resource on the pool, also after the close.</summary>
    internal async ValueTask ReleaseAsync(Action release)
    {
        var call = ReleaseCall(release);
        if (pool.IsCurrent)
            call.Run();
        else
            pool.TryPost(call, always: true);
        await call.Task.ConfigureAwait(false);
    }

    /// <summary>The same without waiting; the action must not throw.</summary>
    internal void Release(Action release)
    {
        if (pool.IsCurrent)
            release();
        else
            pool.TryPost(ReleaseCall(release), always: true);
    }

    internal void ThrowIfClosed()
    {
        if (_closed)
            throw Closed();
    }

    internal void DisposeFailed(Exception exception)
    {
        if (logger is not null)
            BridgeLog.DisposeFailed(logger, backend, exception);
    }

    /// <summary>Rejects new calls, waits for the others, fails the remaining ones, closes the backend and stops the threads.</summary>
    internal async Task CloseAsync(Action closeInner, TimeSpan timeout)
    {
        _closed = true;
        var drained = await EndsWithinAsync(pool.RefuseAndDrain(), timeout).ConfigureAwait(false);
        if (!drained)
            FailUnfinished(timeout);
        try
        {
            if (!await EndsWithinAsync(RunClose(closeInner, drained), timeout).ConfigureAwait(false) && logger is not null)
                BridgeLog.Unfinished(logger, backend, timeout, 1, "close");
        }
        finally
        {
            var left = pool.Stop();
            if (drained)
                await EndsWithinAsync(left, timeout).ConfigureAwait(false);
        }
    }

    private static bool Unit<TState>(Action<TState> body, TState state)
    {
        body(state);
        return true;
    }

    private static BlockingCall<Action, bool> ReleaseCall(Action release) =>
        new(static r => Unit(static a => a(), r), release) { Operation = "dispose" };

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan timeout)
    {
        try
        {
            await task.WaitAsync(timeout).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            return false;
        }
    }

    /// <summary>Closing a backend may unblock its hanging calls, so the close must not queue behind them.</summary>
    private Task<bool> RunClose(Action closeInner, bool drained)
    {
        var call = new BlockingCall<Action, bool>(static c => Unit(static a => a(), c), closeInner) { Operation = "close" };
        if (drained)
            pool.TryPost(call, always: true);
        else
            DedicatedThread.Start($"{backend} close", call.Run);
        return call.Task;
    }

    private void FailUnfinished(TimeSpan waited)
    {
        var unfinished = pool.Unfinished();
        if (logger is not null)
            BridgeLog.Unfinished(logger, backend, waited, unfinished.Count, string.Join(", ", unfinished.Select(c => c.Operation)));
        foreach (var call in unfinished)
            call.Fail(StorageErrors.ClosedDuringCall(backend));
    }

    private BackendUnavailableException Closed() => StorageErrors.Closed(null, backend);
}
