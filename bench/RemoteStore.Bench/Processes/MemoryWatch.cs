using System.Globalization;

namespace RemoteStore.Bench;

/// <summary>The peak memory of a process above what it had when the watch began (resident set, by /proc; Linux only).</summary>
internal sealed class MemoryWatch
{
    private readonly int _process;
    private readonly double _idle;

    internal MemoryWatch(int process)
    {
        _process = process;
        File.WriteAllText($"/proc/{process}/clear_refs", "5");
        _idle = Read(process, "VmRSS:");
    }

    /// <summary>The peak above idle, in MiB.</summary>
    internal double Peak => Read(_process, "VmHWM:") - _idle;

    /// <summary>What is held now above idle, in MiB.</summary>
    internal double Held => Read(_process, "VmRSS:") - _idle;

    private static double Read(int process, string field)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1],
                CultureInfo.InvariantCulture
            ) / 1024;
    }
}
