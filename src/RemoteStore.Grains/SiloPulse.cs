using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Grains;

/// <summary>
/// Notices that this process did not run for a while (frozen, suspended, starved). Others may have replaced it meanwhile, so nothing that
/// waited is committed until it has had the time to be told.
/// </summary>
[SuppressMessage("Design", "CA2213", Justification = "The thread may still look at the event; it holds no handle unless it is asked for one.")]
internal sealed class SiloPulse : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    // Below the least time in which a silo is declared dead, see the membership's settings.
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(8);
    private readonly TimeProvider _clock;
    private readonly ManualResetEventSlim _stop = new();
    private long _last;
    private long _restedAt;

    public SiloPulse(TimeProvider clock)
    {
        _clock = clock;
        _last = clock.GetTimestamp();
        // A thread of its own: a busy pool is not a process that stands still.
        new Thread(Run) { IsBackground = true, Name = "RemoteStore pulse" }.Start();
    }

    /// <summary>Whether the process has run without a gap for long enough.</summary>
    internal bool IsSteady()
    {
        var now = _clock.GetTimestamp();
        if (_clock.GetElapsedTime(Volatile.Read(ref _last), now) > Gap)
            Volatile.Write(ref _restedAt, now + (long)(Rest.TotalSeconds * _clock.TimestampFrequency));
        return now >= Volatile.Read(ref _restedAt);
    }

    public void Dispose() => _stop.Set();

    private void Run()
    {
        while (!_stop.Wait(Beat))
        {
            _ = IsSteady();
            Volatile.Write(ref _last, _clock.GetTimestamp());
        }
    }
}
