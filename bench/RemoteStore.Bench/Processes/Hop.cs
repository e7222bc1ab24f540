using System.Diagnostics;
using System.Globalization;

namespace RemoteStore.Bench;

/// <summary>What a fresh process did: its peak memory above idle, and the other process' where there is one.</summary>
/// <param name="Own">The peak of the process, in MiB.</param>
/// <param name="Silo">The peak of the silo, in MiB; 0 without one.</param>
/// <param name="FirstMillis">When the first entry or byte came.</param>
/// <param name="TotalMillis">How long all took.</param>
internal sealed record HopResult(double Own, double Silo, double FirstMillis, double TotalMillis)
{
    internal string Text =>
        string.Join(' ', new[] { Own, Silo, FirstMillis, TotalMillis }.Select(d => d.ToString("R", CultureInfo.InvariantCulture)));

    internal static HopResult Parse(string text)
    {
        var parts = text.Split(' ').Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return new HopResult(parts[0], parts[1], parts[2], parts[3]);
    }
}

/// <summary>Runs one hop in a fresh process, so that nothing before it has grown the heap.</summary>
internal static class Hop
{
    internal static HopResult Run(string work, string folder, ChildProcess? silo = null, bool smallHeap = false)
    {
        string[] args = [Paths.Self, "--hop", work, "--folder", folder, "--gateway", silo?.Gateway ?? "-", "--silo", $"{silo?.Id ?? 0}"];
        var start = new ProcessStartInfo("dotnet", args) { RedirectStandardOutput = true };
        if (smallHeap)
            start.Environment[ChildProcess.Nursery] = ChildProcess.SmallNursery;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? HopResult.Parse(output.Trim()) : throw new InvalidOperationException($"The hop {work} failed.");
    }
}
