using System.Diagnostics;
using System.Globalization;

namespace RemoteStore.Processes.Tests;

/// <summary>
/// Writers and readers of many paths. Each path is written by one caller, with growing numbers, whether or not the one before was
/// answered; so a number that shrinks is a write that was lost, or that came after its time.
/// </summary>
/// <param name="stores">The ways to the files; readers take them in turn.</param>
/// <param name="paths">How many files.</param>
/// <param name="oldest">For how long a reader may still be given what somebody knows to be replaced.</param>
/// <param name="route">Which way the writer of a path takes with a number; null for the first one always.</param>
internal sealed class Traffic(AsyncStore[] stores, int paths, TimeSpan oldest = default, Func<int, long, int>? route = null)
{
    private readonly long[] _acknowledged = new long[paths];
    private readonly long[] _acknowledgedAt = new long[paths];
    private readonly KnownNumbers[] _known = [.. Enumerable.Range(0, paths).Select(_ => new KnownNumbers())];
    private TimeSpan _oldest;
    private readonly List<string> _faults = [];
    private volatile bool _stop;
    private readonly TaskCompletionSource[] _first =
    [
        .. Enumerable.Range(0, paths).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)),
    ];
    private Task? _running;
    private long _writes;
    private long _reads;
    private long _unknown;

    public long Writes => Interlocked.Read(ref _writes);

    public long Reads => Interlocked.Read(ref _reads);

    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>The oldest read so far: for how long what it gave had been replaced, as far as anybody knew.</summary>
    public TimeSpan Oldest
    {
        get
        {
            lock (_faults)
                return _oldest;
        }
    }

    public void Start() =>
        _running = Task.WhenAll(
            Enumerable.Range(0, paths).SelectMany(p => new[] { Task.Run(() => WriteAsync(p)), Task.Run(() => ReadAsync(p)) })
        );

    public Task EveryPathWrittenAsync() => Task.WhenAll(_first.Select(f => f.Task));

    /// <summary>Waits until each path, or each of some, has been written by a call that began after now.</summary>
    /// <returns>How long the slowest took.</returns>
    public async Task<TimeSpan> EveryPathWrittenAgainAsync(TimeSpan limit, Func<int, bool>? isMeant = null)
    {
        var start = Stopwatch.GetTimestamp();
        int[] meant = [.. Enumerable.Range(0, paths).Where(isMeant ?? (_ => true))];
        while (meant.Where(p => Interlocked.Read(ref _acknowledgedAt[p]) <= start).ToArray() is { Length: > 0 } left)
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                Assert.Fail($"Some paths were not written again within {limit}: {string.Join(", ", left)}");
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
            CheckDisk(p, Number(disk.ReadText(NameOf(p))));
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
                await stores[route?.Invoke(path, n) ?? 0]
                    .WriteTextAsync(NameOf(path), n.ToString(CultureInfo.InvariantCulture), WriteOptions.Replace);
                _known[path].Add(n);
                Interlocked.Exchange(ref _acknowledged[path], n);
                Interlocked.Exchange(ref _acknowledgedAt[path], began);
                Interlocked.Increment(ref _writes);
                _first[path].TrySetResult();
            }
            catch (BackendUnavailableException)
            {
                Interlocked.Increment(ref _unknown);
                // What fails at once would leave nothing of the processor to the other paths.
                await Task.Delay(20);
            }
        }
    }

    private async Task ReadAsync(int path)
    {
        for (var n = 0; !_stop; n++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                var number = Number(await stores[n % stores.Length].ReadTextAsync(NameOf(path)));
                CheckAge(path, number, began);
                _known[path].Add(number);
                Interlocked.Increment(ref _reads);
            }
            catch (NotFoundException) when (_known[path].AgeOf(0, began) == TimeSpan.Zero) { }
            catch (BackendUnavailableException) { }
            catch (RemoteStoreException e)
            {
                Fault($"{NameOf(path)}: {e}");
            }

            await Task.Delay(5);
        }
    }

    private void CheckDisk(int path, long number)
    {
        if (number < _acknowledged[path])
            Fault($"{NameOf(path)}: {number} on disk after {_acknowledged[path]}");
    }

    private void CheckAge(int path, long number, long began)
    {
        var age = _known[path].AgeOf(number, began);
        lock (_faults)
            _oldest = age > _oldest ? age : _oldest;
        if (age > oldest)
            Fault(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{NameOf(path)}: {number} read {age.TotalSeconds:0.000} s after it was known to be replaced"
                )
            );
    }

    private void Fault(string text)
    {
        lock (_faults)
            _faults.Add(text);
    }

    internal static string NameOf(int path) => $"p{path}";

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
