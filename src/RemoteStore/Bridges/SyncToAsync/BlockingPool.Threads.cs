namespace RemoteStore;

internal sealed partial class BlockingPool
{
    private const int SpinRounds = 20;

    private readonly List<Worker> _idle = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private volatile int _queued;
    private int _workers;
    private bool _searching;
    private bool _stopped;

    /// <summary>Lets the threads exit as soon as they are idle.</summary>
    /// <returns>A task that completes when the last thread has exited.</returns>
    internal Task Stop()
    {
        Worker[] idle;
        lock (_lock)
        {
            _stopped = true;
            idle = [.. _idle];
            _idle.Clear();
            if (_workers == 0)
                _left.TrySetResult();
        }

        foreach (var worker in idle)
            worker.Wake.Release();
        return _left.Task;
    }

    /// <summary>
    /// Chooses the thread that looks for work next, unless one is already looking: an idle thread, a new one, or one that waits for
    /// content.
    /// </summary>
    private Helper CallHelper()
    {
        if (_searching || _queued == 0)
            return default;
        if (_idle.Count > 0)
            return new Helper(Take(_idle));
        if (_workers < maxThreads)
        {
            _workers++;
            _searching = true;
            return new Helper(new Worker());
        }

        return _waiting.Count > 0 && _calls.First is not null ? new Helper(Take(_waiting)) : default;
    }

    private T Take<T>(List<T> from)
    {
        _searching = true;
        var last = from[^1];
        from.RemoveAt(from.Count - 1);
        return last;
    }

    private void StartThread(Worker worker)
    {
        worker.IsStarted = true;
        try
        {
            DedicatedThread.Start($"{name} blocking", () => Work(worker));
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            ThreadFailed(e);
        }
    }

    /// <summary>Without any thread the queued calls would never run.</summary>
    private void ThreadFailed(Exception cause)
    {
        BlockingCall[] stranded;
        lock (_lock)
        {
            _searching = false;
            stranded = --_workers == 0 ? [.. _calls.All(), .. _contentCalls.All()] : [];
        }

        foreach (var call in stranded)
            call.Fail(new BackendUnavailableException("Could not start a thread for the call.", null, null, cause));
    }

    private void Work(Worker worker)
    {
        s_current = this;
        BlockingCall? call = null;
        while ((call = Next(worker, call)) is not null)
            call.Run();
    }

    /// <summary>Finishes the call that was run and takes the next one; null when the thread should exit.</summary>
    private BlockingCall? Next(Worker worker, BlockingCall? done)
    {
        var mayBeSearching = done is null;
        for (var mayspin = done is not null; ; mayspin = false)
        {
            BlockingCall? call;
            var helper = default(Helper);
            var spin = false;
            lock (_lock)
            {
                if (done is not null)
                    Deactivate(done);
                done = null;
                if ((call = FirstInOrder()) is not null)
                {
                    _searching &= !mayBeSearching;
                    Activate(call);
                    helper = CallHelper();
                }
                else if (mayspin && !_searching && !_stopped)
                {
                    spin = mayBeSearching = _searching = true;
                }
                else
                {
                    _searching &= !mayBeSearching;
                    if (_stopped)
                        return Leave();
                    _idle.Add(worker);
                }
            }

            if (call is not null)
            {
                helper.Start(this);
                return call;
            }

            if (spin)
                Spin();
            else if (!WaitForWork(worker))
                return null;
            mayBeSearching = true;
        }
    }

    private void Spin()
    {
        var spinner = default(SpinWait);
        while (_queued == 0 && spinner.Count < SpinRounds)
            spinner.SpinOnce(sleep1Threshold: -1);
    }

    private bool WaitForWork(Worker worker)
    {
        if (worker.Wake.Wait(idleTimeout))
            return true;
        lock (_lock)
        {
            if (_idle.Remove(worker))
            {
                Leave();
                return false;
            }
        }

        // Chosen at the last moment: the signal is about to arrive.
        worker.Wake.Wait();
        return true;
    }

    private BlockingCall? Leave()
    {
        if (--_workers == 0 && _stopped)
            _left.TrySetResult();
        return null;
    }

    private sealed class Worker
    {
        internal SemaphoreSlim Wake { get; } = new(0);

        internal bool IsStarted { get; set; }
    }

    /// <summary>The chosen thread; started outside the lock.</summary>
    private readonly struct Helper(object chosen)
    {
        private readonly object? _chosen = chosen;

        internal void Start(BlockingPool pool)
        {
            if (_chosen is TaskCompletionSource waiting)
                waiting.TrySetResult();
            else if (_chosen is Worker { IsStarted: true } idle)
                idle.Wake.Release();
            else if (_chosen is Worker fresh)
                pool.StartThread(fresh);
        }
    }
}
