namespace RemoteStore;

/// <summary>
/// A native stream, listing or writer that is used and disposed on the pool's threads, one call at a time. When a running call is
/// cancelled, or the resource is disposed concurrently, the thread that runs the call disposes it, once, after the call has ended.
/// </summary>
internal sealed class BlockingResource<T>(BlockingCallScheduler runner, T value) : ICallOwner
    where T : class, IDisposable
{
    private readonly Lock _lock = new();
    private bool _busy;
    private bool _unwanted;
    private bool _disposed;

    /// <summary>Runs one call with the resource.</summary>
    internal ValueTask<TResult> UseAsync<TState, TResult>(
        string operation,
        Func<T, TState, TResult> body,
        TState state,
        CancellationToken cancellationToken
    )
    {
        var call = new BlockingCall<(T, TState, Func<T, TState, TResult>), TResult>(
            static s => s.Item3(s.Item1, s.Item2),
            (value, state, body)
        )
        {
            Operation = operation,
            Owner = this,
        };
        return UseAsync(call, cancellationToken);
    }

    /// <summary>Runs a call whose owner is this resource.</summary>
    internal ValueTask<TResult> UseAsync<TResult>(BlockingCall<TResult> call, CancellationToken cancellationToken)
    {
        Enter();
        return runner.RunAsync(call, cancellationToken);
    }

    /// <summary>The resource itself, for a call whose owner is this resource.</summary>
    internal T Value => value;

    /// <inheritdoc/>
    public void CallEnded(bool abandoned)
    {
        lock (_lock)
        {
            _busy = false;
            _unwanted |= abandoned;
            if (!_unwanted || _disposed)
                return;
            _disposed = true;
        }

        runner.Release(Discard);
    }

    /// <summary>Disposes the resource on the pool and waits for it; leaves that to the running call when there is one.</summary>
    internal ValueTask DisposeAsync() => BeginDispose() ? runner.ReleaseAsync(value.Dispose) : default;

    /// <summary>Disposes the resource in the background.</summary>
    internal void Release()
    {
        if (BeginDispose())
            runner.Release(Discard);
    }

    private bool BeginDispose()
    {
        lock (_lock)
        {
            _unwanted = true;
            if (_busy || _disposed)
                return false;
            return _disposed = true;
        }
    }

    private void Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_unwanted, typeof(T));
            if (_busy)
                throw new InvalidOperationException("Another call is still running. Only one call at a time is allowed.");
            _busy = true;
        }
    }

    /// <summary>A failure has no receiver: the caller got a cancellation, or did not wait.</summary>
    private void Discard()
    {
        try
        {
            value.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            runner.DisposeFailed(e);
        }
    }
}
