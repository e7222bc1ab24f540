using System.Diagnostics;

namespace RemoteStore;

/// <summary>A point in time at which something must be done, or never.</summary>
internal readonly struct Deadline
{
    private readonly long _started;
    private readonly TimeSpan _timeout;

    private Deadline(long started, TimeSpan timeout) => (_started, _timeout) = (started, timeout);

    /// <summary>The remaining time, never negative; infinite if there is no deadline.</summary>
    internal TimeSpan Left
    {
        get
        {
            if (_timeout == Timeout.InfiniteTimeSpan)
                return _timeout;
            var left = _timeout - Stopwatch.GetElapsedTime(_started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    internal static Deadline After(TimeSpan timeout) => new(Stopwatch.GetTimestamp(), timeout);

    /// <summary>An earlier deadline: the given share of the whole time.</summary>
    internal Deadline Part(double share) => new(_started, _timeout == Timeout.InfiniteTimeSpan ? _timeout : _timeout * share);
}
