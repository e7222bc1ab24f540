using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using RemoteStore.Client;

namespace RemoteStore.Bench;

/// <summary>The inside of a reading process: it is reported which path to read, and for how long.</summary>
internal static class HotClient
{
    private const int Callers = 32;

    /// <summary>Long enough for the path to become hot, and for the first compilation.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    internal static async Task RunAsync(string[] args)
    {
        var options = new ConfigurationBuilder().AddCommandLine(args).Build();
        await using var cluster = await RemoteStoreClient.ConnectAsync(
            new RemoteStoreClientOptions { Gateways = options["gateways"]!.Split(',') }
        );
        await using var alone = await RemoteStoreClient.ConnectAsync(RemoteStoreClientOptions.For(options["alone"]!));
        Console.WriteLine("ready");
        while (Console.ReadLine()?.Split(' ') is [var which, var store, var key, var seconds])
        {
            var client = which == "alone" ? alone : cluster;
            Console.WriteLine(
                (await MeasureAsync(client.GetBackend(store), key, double.Parse(seconds, CultureInfo.InvariantCulture))).Text
            );
        }
    }

    private static async Task<HotReads> MeasureAsync(AsyncBackend backend, string key, double seconds)
    {
        var counts = new long[Callers];
        using var ended = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(c => Task.Run(() => LoopAsync(backend, key, counts, c, ended.Token))).ToArray();
        await Task.Delay(WarmUp);
        var (before, started) = (Sum(counts), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var rate = (Sum(counts) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        ended.Cancel();
        await Task.WhenAll(callers);
        return new HotReads(rate, Sum(counts));
    }

    private static async Task LoopAsync(AsyncBackend backend, string key, long[] counts, int caller, CancellationToken ended)
    {
        var buffer = new byte[64 * 1024];
        while (!ended.IsCancellationRequested)
        {
            await using var stream = await backend.ReadAsync(key, null, CancellationToken.None);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, (int)stream.Info.Size), CancellationToken.None);
            Volatile.Write(ref counts[caller], counts[caller] + 1);
        }
    }

    private static long Sum(long[] counts) => Enumerable.Range(0, counts.Length).Sum(i => Volatile.Read(ref counts[i]));
}
