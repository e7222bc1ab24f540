namespace RemoteStore.Sftp.Tests;

/// <summary>Lets requests through one by one: a process that is frozen between two of them.</summary>
internal sealed class Stepper
{
    private readonly object _gate = new();
    private int _allowed = int.MaxValue;
    private int _passed;
    private bool _waits;
    private bool _ended;
    private bool _killed;

    /// <summary>From now on only so many requests pass, until <see cref="Free"/>.</summary>
    internal void Hold(int after)
    {
        lock (_gate)
            (_allowed, _passed, _ended) = (after, 0, false);
    }

    /// <summary>Lets everything through.</summary>
    internal void Free()
    {
        lock (_gate)
        {
            _allowed = int.MaxValue;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Lets nothing through any longer.</summary>
    internal void Kill()
    {
        lock (_gate)
        {
            _killed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Says that the work has ended.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until a request is held; false when the work ended before.</summary>
    internal bool IsHeld()
    {
        lock (_gate)
        {
            while (!_waits && !_ended)
                Monitor.Wait(_gate);
            return _waits;
        }
    }

    internal void Pass()
    {
        lock (_gate)
        {
            while (_passed >= _allowed && !_killed)
            {
                _waits = true;
                Monitor.PulseAll(_gate);
                Monitor.Wait(_gate);
            }

            _waits = false;
            if (_killed)
                throw new IOException("Killed.");
            _passed++;
        }
    }
}
