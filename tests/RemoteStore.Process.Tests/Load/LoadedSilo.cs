using System.Globalization;

namespace RemoteStore.Processes.Tests.Load;

/// <summary>A silo over memory with a heap of its own limit, as a small pod has it.</summary>
internal static class LoadedSilo
{
    /// <summary>What a pod of 1 GiB gets.</summary>
    internal const int PodMegabytes = 768;

    internal static Task<SiloProcess> StartAsync(
        int heapMegabytes = PodMegabytes,
        IReadOnlyDictionary<string, string>? settings = null,
        CancellationToken cancellationToken = default
    )
    {
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_GCHeapHardLimit"] = ((long)heapMegabytes << 20).ToString("x", CultureInfo.InvariantCulture),
            ["RemoteStore__Backends__scratch__Type"] = "memory",
            ["RemoteStore__Stores__scratch__Backend"] = "scratch",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            environment[name] = value;
        return SiloProcess.StartReadyAsync(["--data", Path.GetTempPath()], environment, cancellationToken);
    }

    /// <summary>What the process has in memory, in MiB; Linux only.</summary>
    internal static long ResidentMegabytes(SiloProcess silo) =>
        File.ReadLines($"/proc/{silo.Id}/status")
            .Where(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
            .Single();
}
