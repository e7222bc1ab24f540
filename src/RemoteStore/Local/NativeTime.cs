namespace RemoteStore.Local;

/// <summary>
/// Times of file systems, in 100 ns units since the Unix epoch. They may be far outside the years 1 to 9999 that .NET supports: arithmetic
/// saturates, and callers get the nearest supported time.
/// </summary>
internal static class NativeTime
{
    /// <summary>
    /// The limits of the supported times, some 146,000 years from the epoch: beyond them a difference of two times could overflow.
    /// </summary>
    internal const long Last = long.MaxValue / 2;

    private static readonly long Earliest = (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).Ticks;
    private static readonly long Latest = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks;

    internal static long TicksOf(long seconds, uint nanoseconds)
    {
        const long LastSecond = Last / TimeSpan.TicksPerSecond;
        return seconds switch
        {
            <= -LastSecond => -Last,
            >= LastSecond => Last,
            _ => (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100),
        };
    }

    internal static DateTimeOffset Of(long ticks) => DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(ticks, Earliest, Latest));

    /// <summary>Whole seconds, rounded down, and the nanoseconds above them, as the system takes them.</summary>
    internal static (long Seconds, long Nanoseconds) Split(long ticks)
    {
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return rest < 0 ? (seconds - 1, (rest + TimeSpan.TicksPerSecond) * 100) : (seconds, rest * 100);
    }
}
