namespace RemoteStore.Sftp.Sessions;

/// <summary>Something that happens once, and whose waiters then continue. Holds nothing that would have to be disposed.</summary>
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

    /// <summary>Waits for a limited time.</summary>
    /// <returns>Whether it has happened.</returns>
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
