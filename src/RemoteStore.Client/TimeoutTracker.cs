using System.Diagnostics;

namespace RemoteStore.Client;

/// <summary>Records when a call of this process last timed out: a gateway may be silent.</summary>
internal static class TimeoutTracker
{
    private static long s_last;

    internal static long Now => Stopwatch.GetTimestamp();

    internal static void Note() => Volatile.Write(ref s_last, Now);

    internal static bool AnySince(long moment) => Volatile.Read(ref s_last) > moment;
}
