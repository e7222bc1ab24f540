namespace RemoteStore.Sftp.Sessions;

/// <summary>A one-time event that releases its waiters. Holds no disposable resources.</summary>
internal sealed class Signal
{
    private readonly object _gate = new();
    private volatile bool _isSet;

    internal void Set()
    {
        lock (_gate)
        {
            _isSet = true;
            Monitor.PulseAll(_gate);
        }
    }

    internal void Wait()
    {
        if (SpinBriefly())
            return;
        lock (_gate)
        {
            while (!_isSet)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>Waits with a timeout.</summary>
    /// <returns>Whether the event has occurred.</returns>
    internal bool Wait(TimeSpan limit)
    {
        if (SpinBriefly())
            return true;
        var begun = TimeProvider.System.GetTimestamp();
        lock (_gate)
        {
            while (!_isSet)
            {
                var left = limit - TimeProvider.System.GetElapsedTime(begun);
                if (left <= TimeSpan.Zero)
                    return false;
                Monitor.Wait(_gate, left);
            }
        }

        return true;
    }

    private bool SpinBriefly()
    {
        var spin = default(SpinWait);
        while (!_isSet && !spin.NextSpinWillYield)
            spin.SpinOnce();
        return _isSet;
    }
}
