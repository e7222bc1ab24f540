using System.Runtime.CompilerServices;

namespace RemoteStore.Local;

/// <summary>
/// Times of writes, strictly increasing per clock in this process. The file system's own times advance in steps of milliseconds, within
/// which a file could be replaced twice and end with the number, size and time of an older version.
/// </summary>
internal sealed class WriteClock(TimeProvider clock)
{
    private static readonly ConditionalWeakTable<TimeProvider, StrongBox<long>> LastTicks = [];
    private readonly StrongBox<long> _last = LastTicks.GetOrCreateValue(clock);

    internal DateTimeOffset Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last.Value);
            var next = Math.Max(last + 1, clock.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref _last.Value, next, last) == last)
                return new DateTimeOffset(next, TimeSpan.Zero);
        }
    }

    internal DateTimeOffset Now => clock.GetUtcNow();
}
