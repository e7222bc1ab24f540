using System.Diagnostics;
using System.Globalization;

namespace RemoteStore.Processes.Tests;

/// <summary>
/// Writers and readers of many paths. Each path is written by one caller, with growing numbers, whether or not the one before was
/// answered; so a number that shrinks is a write that was lost, or that came after its time.
/// </summary>
internal sealed class Traffic(AsyncStore[] stores, int paths)
{
    private readonly long[] _acknowledged = new long[paths];
    private readonly long[] _acknowledgedAt = new long[paths];
    private readonly List<string> _faults = [];
    private volatile bool _stop;
    private readonly TaskCompletionSource[] _first = [.. Enumerable.Range(0, paths).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    private Task? _running;
    private long _writes;
    private long _reads;
    private long _unknown;

    public long Writes => Interlocked.Read(ref _writes);

    public long Reads => Interlocked.Read(ref _reads);

    public long Unknown => Interlocked.Read(ref _unknown);

    public void Start() =>
        _running = Task.WhenAll(Enumerable.Range(0, paths).SelectMany(p => new[] { Task.Run(() => WriteAsync(p)), Task.Run(() => ReadAsync(p)) }));

    public Task EveryPathWrittenAsync() => Task.WhenAll(_first.Select(f => f.Task));

    /// <summary>Waits until each path has been written by a call that began after now.</summary>
    /// <returns>How long the slowest took.</returns>
    public async Task<TimeSpan> EveryPathWrittenAgainAsync(TimeSpan limit)
    {
        var start = Stopwatch.GetTimestamp();
        while (Enumerable.Range(0, paths).Any(p => Interlocked.Read(ref _acknowledgedAt[p]) <= start))
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                Assert.Fail($"Some paths were not written again within {limit}: {string.Join(", ", Enumerable.Range(0, paths).Where(p => Interlocked.Read(ref _acknowledgedAt[p]) <= start))}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public async Task<IReadOnlyList<string>> StopAsync(string folder)
    {
        _stop = true;
        await _running!;
        var disk = new LocalBackend(folder);
        for (var p = 0; p < paths; p++)
            Check(p, "on disk", _acknowledged[p], Number(disk.ReadText(NameOf(p))));
        lock (_faults)
            return [.. _faults];
    }

    private async Task WriteAsync(int path)
    {
        for (long n = 1; !_stop; n++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await stores[0].WriteTextAsync(NameOf(path), n.ToString(CultureInfo.InvariantCulture), WriteOptions.Replace);
                Interlocked.Exchange(ref _acknowledged[path], n);
                Interlocked.Exchange(ref _acknowledgedAt[path], began);
                Interlocked.Increment(ref _writes);
                _first[path].TrySetResult();
            }
            catch (BackendUnavailableException)
            {
                Interlocked.Increment(ref _unknown);
            }
        }
    }

    private async Task ReadAsync(int path)
    {
        long last = 0;
        for (var n = 0; !_stop; n++)
        {
            var floor = Math.Max(last, Interlocked.Read(ref _acknowledged[path]));
            try
            {
                var number = Number(await stores[n % stores.Length].ReadTextAsync(NameOf(path)));
                Check(path, "read", floor, number);
                last = Math.Max(last, number);
                Interlocked.Increment(ref _reads);
            }
            catch (NotFoundException) when (floor == 0)
            {
            }
            catch (BackendUnavailableException)
            {
            }
            catch (RemoteStoreException e)
            {
                Fault($"{NameOf(path)}: {e}");
            }

            await Task.Delay(5);
        }
    }

    private void Check(int path, string where, long floor, long number)
    {
        if (number < floor)
            Fault($"{NameOf(path)}: {number} {where} after {floor}");
    }

    private void Fault(string text)
    {
        lock (_faults)
            _faults.Add(text);
    }

    internal static string NameOf(int path) => $"p{path}";

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
