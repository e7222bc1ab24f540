using System.Diagnostics;

namespace RemoteStore.Processes.Tests;

/// <summary>The numbers of one file that somebody knows of, acknowledged or read, and since when.</summary>
internal sealed class KnownNumbers
{
    private readonly Lock _lock = new();
    private readonly List<(long Number, long Since)> _numbers = [];

    internal void Add(long number)
    {
        lock (_lock)
        {
            if (_numbers.Count == 0 || number > _numbers[^1].Number)
                _numbers.Add((number, Stopwatch.GetTimestamp()));
        }
    }

    /// <summary>For how long a greater number had been known at a time; zero if none had.</summary>
    internal TimeSpan AgeOf(long number, long time)
    {
        lock (_lock)
        {
            var next = _numbers.Count;
            while (next > 0 && _numbers[next - 1].Number > number)
                next--;
            return next < _numbers.Count && _numbers[next].Since < time
                ? Stopwatch.GetElapsedTime(_numbers[next].Since, time)
                : TimeSpan.Zero;
        }
    }
}
