using System.Diagnostics;
using System.Globalization;

namespace RemoteStore.Processes.Tests.Load;

/// <summary>
/// Distinct paths, each written, read and deleted once, through one silo at full speed: owners of paths that nobody uses must leave before
/// the memory ends. 60,000 paths with a small heap; with REMOTESTORE_LONG=1 five million (or REMOTESTORE_PATHS) with the heap of a pod of 1
/// GiB.
/// </summary>
public sealed class ManyPathsTests
{
    private const int Callers = 64;

    // Without activation shedding 60,000 owners need some 180 MiB on top of the 50 MiB of an idle silo.
    private const int SmallHeap = 160;
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1";

    private static int Paths =>
        int.TryParse(Environment.GetEnvironmentVariable("REMOTESTORE_PATHS"), CultureInfo.InvariantCulture, out var n) ? n
        : IsLong ? 5_000_000
        : 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silo_survives_more_paths_than_its_memory_holds_owners()
    {
        await using var silo = await LoadedSilo.StartAsync(IsLong ? LoadedSilo.PodMegabytes : SmallHeap, cancellationToken: Token);
        await using var client = await silo.ConnectAsync(Token);
        var store = client.GetStore("scratch");
        var next = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(async _ =>
                {
                    for (var i = Interlocked.Increment(ref next); i <= Paths; i = Interlocked.Increment(ref next))
                    {
                        var path = $"batch/{i / 1000}/{i}";
                        await store.WriteTextAsync(path, $"{i}", cancellationToken: Token);
                        Assert.Equal($"{i}", await store.ReadTextAsync(path, cancellationToken: Token));
                        await store.DeleteAsync(path, cancellationToken: Token);
                        if (i % Math.Max(10_000, Paths / 50) == 0)
                            TestContext.Current.SendDiagnosticMessage(
                                $"{i} paths, {watch.Elapsed.TotalSeconds:F0} s, {LoadedSilo.ResidentMegabytes(silo)} MiB resident"
                            );
                    }
                })
        );
        Assert.False(silo.Process.HasExited);
        Assert.DoesNotContain("OutOfMemory", silo.Output, StringComparison.Ordinal);
    }
}
