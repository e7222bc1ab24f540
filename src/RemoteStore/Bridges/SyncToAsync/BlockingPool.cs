namespace RemoteStore;

/// <summary>
/// A bounded set of background threads for blocking calls. Threads start on demand and exit after an idle time; calls are queued in order
/// of arrival. At most one thread at a time is being woken to look for work, and it wakes the next one when there is more: a burst of short
/// calls does not wake every thread. A thread that waits for a caller's content runs other calls in the meantime, so slow senders do
/// not block other calls.
/// </summary>
internal sealed partial class BlockingPool(string name, int maxThreads, TimeSpan idleTimeout)
{
    [ThreadStatic]
    private static BlockingPool? s_current;

    private readonly Lock _lock = new();
    private readonly CallQueue _calls = new();
    private readonly CallQueue _contentCalls = new();
    private readonly CallQueue _active = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;
    private int _outstanding;
    private bool _refusing;

    /// <summary>Whether the current thread belongs to this pool, which then runs calls inline.</summary>
    internal bool IsCurrent => s_current == this;

    /// <summary>Queues a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="always">Whether to accept it although the pool rejects calls: for the release of a resource.</param>
    /// <returns>False when the pool rejects calls.</returns>
    internal bool TryPost(BlockingCall call, bool always = false)
    {
        Helper helper;
        lock (_lock)
        {
            if (_refusing && !always)
                return false;
            if (!call.IsQueued)
                return true;
            call.Sequence = ++_sequence;
            QueueOf(call).Add(call);
            _queued++;
            _outstanding++;
            helper = CallHelper();
        }

        helper.Start(this);
        return true;
    }

    /// <summary>Removes a call from the queue, if it is still there.</summary>
    internal void Remove(BlockingCall call)
    {
        lock (_lock)
        {
            if (call.Sequence == 0)
                return;
            Unlink(call);
            Recover();
        }
    }

    /// <summary>Rejects new calls from now on.</summary>
    /// <returns>A task that completes when no call is queued or running.</returns>
    internal Task RefuseAndDrain()
    {
        lock (_lock)
        {
            _refusing = true;
            if (_outstanding == 0)
                _drained.TrySetResult();
        }

        return _drained.Task;
    }

    /// <summary>The calls whose work has not ended.</summary>
    internal IReadOnlyList<BlockingCall> Unfinished()
    {
        lock (_lock)
            return [.. _active.All(), .. _calls.All(), .. _contentCalls.All()];
    }

    /// <summary>Waits, on a thread of this pool, for a task of the caller, and runs other calls in the meantime.</summary>
    internal void WaitFor(Task task)
    {
        while (!task.IsCompleted)
        {
            if (TakeCall() is { } call)
                RunTaken(call);
            else
                WaitForTaskOrCall(task);
        }

        // This thread may have been chosen to look for work, and exits without having looked.
        Helper helper;
        lock (_lock)
            helper = CallHelper();
        helper.Start(this);
    }

    private void WaitForTaskOrCall(Task task)
    {
        var signal = new TaskCompletionSource();
        lock (_lock)
        {
            if (_calls.First is not null)
                return;
            _waiting.Add(signal);
        }

        Task.WaitAny(task, signal.Task);
        lock (_lock)
        {
            if (!_waiting.Remove(signal))
                _searching = false;
        }
    }

    private BlockingCall? TakeCall()
    {
        Helper helper;
        BlockingCall? call;
        lock (_lock)
        {
            if ((call = _calls.First) is null)
                return null;
            Activate(call);
            helper = CallHelper();
        }

        helper.Start(this);
        return call;
    }

    private void RunTaken(BlockingCall call)
    {
        call.Run();
        lock (_lock)
            Deactivate(call);
    }

    private CallQueue QueueOf(BlockingCall call) => call.PullsContent ? _contentCalls : _calls;

    private BlockingCall? FirstInOrder() =>
        (_calls.First, _contentCalls.First) switch
        {
            (null, var content) => content,
            (var call, null) => call,
            var (call, content) => call.Sequence < content.Sequence ? call : content,
        };

    private void Unlink(BlockingCall call)
    {
        QueueOf(call).Remove(call);
        call.Sequence = 0;
        _queued--;
    }

    private void Activate(BlockingCall call)
    {
        Unlink(call);
        _active.Add(call);
    }

    private void Deactivate(BlockingCall call)
    {
        _active.Remove(call);
        Recover();
    }

    private void Recover()
    {
        if (--_outstanding == 0 && _refusing)
            _drained.TrySetResult();
    }
}
