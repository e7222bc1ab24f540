namespace RemoteStore;

/// <summary>Is notified when a call has ended on its thread, or will never start.</summary>
internal interface ICallOwner
{
    /// <summary>
    /// The call has ended. Its caller gets the outcome next, or has already been notified of the cancellation
    /// (<paramref name="abandoned"/>).
    /// </summary>
    void CallEnded(bool abandoned);
}

/// <summary>A blocking call that passes through a <see cref="BlockingPool"/>. It ends once: finished, cancelled or failed.</summary>
internal abstract class BlockingCall
{
    private static readonly ContextCallback s_run = static call => ((BlockingCall)call!).RunHere();

    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private int _phase;

    private protected enum Phase
    {
        Queued,
        Running,
        Finished,
        Abandoned,
    }

    /// <summary>The name in the log.</summary>
    internal required string Operation { get; init; }

    /// <summary>
    /// Whether the call waits for content of the caller: such calls are never run by a thread that itself waits for content.
    /// </summary>
    internal bool PullsContent { get; init; }

    internal BlockingCall? Next { get; set; }

    internal BlockingCall? Previous { get; set; }

    /// <summary>The position in the order of arrival; 0 when it is in no queue.</summary>
    internal long Sequence { get; set; }

    /// <summary>Whether the caller got its outcome before the work had ended.</summary>
    internal bool IsAbandoned => Volatile.Read(ref _phase) == (int)Phase.Abandoned;

    internal bool IsQueued => Volatile.Read(ref _phase) == (int)Phase.Queued;

    /// <summary>Runs the call on the current thread, in the caller's execution context. Never throws.</summary>
    internal void Run()
    {
        if (!TryMove(Phase.Queued, Phase.Running))
            return;
        if (_context is null)
            RunHere();
        else
            ExecutionContext.Run(_context, s_run, this);
    }

    /// <summary>Fails the caller immediately; running work continues in the background.</summary>
    internal abstract void Fail(Exception exception);

    private protected abstract void RunHere();

    private protected bool TryMove(Phase from, Phase to) => Interlocked.CompareExchange(ref _phase, (int)to, (int)from) == (int)from;
}

/// <summary>A blocking call with its result.</summary>
internal abstract class BlockingCall<TResult> : BlockingCall
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private BlockingPool? _pool;

    internal Task<TResult> Task => _completion.Task;

    internal ICallOwner? Owner { get; init; }

    internal void CancelWith(BlockingPool pool, CancellationToken token)
    {
        (_pool, _token) = (pool, token);
        _registration = token.UnsafeRegister(static call => ((BlockingCall<TResult>)call!).Cancel(), this);
    }

    internal override void Fail(Exception exception)
    {
        if (!End())
            return;
        _registration.Unregister();
        _completion.TrySetException(exception);
    }

    private protected abstract TResult Execute();

    /// <summary>Hands over the result, once it is certain that the caller still waits for it.</summary>
    private protected virtual void Publish(TResult result) { }

    /// <summary>Disposes a result that no caller takes.</summary>
    private protected virtual void Discard(TResult result) => (result as IDisposable)?.Dispose();

    private protected override void RunHere()
    {
        try
        {
            Succeed(Execute());
        }
        catch (Exception e)
        {
            Throw(e);
        }
    }

    private void Cancel()
    {
        if (End())
            _completion.TrySetCanceled(_token);
    }

    /// <summary>Claims the outcome, so that the thread can no longer set it.</summary>
    private bool End()
    {
        if (TryMove(Phase.Queued, Phase.Abandoned))
        {
            _pool?.Remove(this);
            Owner?.CallEnded(abandoned: false);
            return true;
        }

        return TryMove(Phase.Running, Phase.Abandoned);
    }

    private void Succeed(TResult result)
    {
        if (TryMove(Phase.Running, Phase.Finished))
        {
            Publish(result);
            Owner?.CallEnded(abandoned: false);
            _registration.Unregister();
            _completion.TrySetResult(result);
        }
        else
        {
            Discard(result);
            Owner?.CallEnded(abandoned: true);
        }
    }

    private void Throw(Exception exception)
    {
        var delivered = TryMove(Phase.Running, Phase.Finished);
        Owner?.CallEnded(abandoned: !delivered);
        _registration.Unregister();
        if (delivered)
            _completion.TrySetException(exception);
    }
}

/// <summary>A blocking call made of a delegate.</summary>
internal sealed class BlockingCall<TState, TResult>(Func<TState, TResult> body, TState state) : BlockingCall<TResult>
{
    private protected override TResult Execute() => body(state);
}
