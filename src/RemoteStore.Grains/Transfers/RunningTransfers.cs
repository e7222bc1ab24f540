namespace RemoteStore.Grains;

/// <summary>The large transfers that run in this silo, and whether it takes new ones. Safe for all threads.</summary>
public sealed class RunningTransfers
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _drained;
    private int _count;

    /// <summary>How many run now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the silo is about to stop and takes no new ones.</summary>
    public bool IsDraining => Volatile.Read(ref _drained) is not null;

    /// <summary>Refuses new ones from now on.</summary>
    /// <returns>Completes when none runs any more. The caller sets the limit.</returns>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count == 0)
                _drained.TrySetResult();
            return _drained.Task;
        }
    }

    /// <summary>Counts a transfer until the answer is disposed.</summary>
    /// <exception cref="BackendUnavailableException">The silo is about to stop; another one takes the transfer.</exception>
    internal IDisposable Begin()
    {
        lock (_lock)
        {
            if (_drained is not null)
                throw new BackendUnavailableException("The silo is stopping and takes no new transfers.") { NativeCode = ClusterErrors.Stopping, RefusedBeforeExecution = true };
            _count++;
            return new Transfer(this);
        }
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_count == 0)
                _drained?.TrySetResult();
        }
    }

    private sealed class Transfer(RunningTransfers all) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _ended, true))
                all.End();
        }
    }
}
