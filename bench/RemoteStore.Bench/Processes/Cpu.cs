using System.Diagnostics;

namespace RemoteStore.Bench;

/// <summary>
/// The processor time of this process and of the children that run: what a call costs, however many others share the machine in the
/// meantime.
/// </summary>
internal static class Cpu
{
    private static readonly List<Process> Children = [];

    internal static void Add(Process child)
    {
        lock (Children)
            Children.Add(child);
    }

    internal static void Remove(Process child)
    {
        lock (Children)
            Children.Remove(child);
    }

    internal static double Micros()
    {
        lock (Children)
            return Environment.CpuUsage.TotalTime.TotalMicroseconds + Children.Sum(Used);
    }

    private static double Used(Process child)
    {
        child.Refresh();
        return child.TotalProcessorTime.TotalMicroseconds;
    }
}
