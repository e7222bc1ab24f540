using System.Globalization;

namespace RemoteStore.Processes.Tests;

/// <summary>
/// Callers that count up in files, two for each file, by compare-and-swap. What a file says in the end reports whether every increment that
/// was acknowledged happened, and happened once.
/// </summary>
internal sealed class Counters(IReadOnlyList<AsyncStore> stores, int paths)
{
    private readonly Lock _lock = new();
    private readonly long[] _acknowledged = new long[paths];
    private readonly List<(long[] Floor, TaskCompletionSource Reached)> _awaited = [];
    private readonly List<string> _errors = [];
    private readonly List<string> _unknown = [];
    private volatile bool _stop;
    private Task? _running;

    internal long Acknowledged
    {
        get
        {
            lock (_lock)
                return _acknowledged.Sum();
        }
    }

    /// <summary>What callers were reported whose increment had an outcome that could not be reported.</summary>
    internal IReadOnlyList<string> Unknown
    {
        get
        {
            lock (_lock)
                return [.. _unknown];
        }
    }

    /// <summary>What callers saw and should not have.</summary>
    internal IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock)
                return [.. _errors];
        }
    }

    internal void Start() =>
        _running = Task.WhenAll(
            Enumerable
                .Range(0, paths)
                .SelectMany(p => Enumerable.Range(0, 2).Select(c => Task.Run(() => CountAsync(stores[(p + c) % stores.Count], p))))
        );

    /// <summary>Waits until every file has been counted up twice more, so at least once by a call that began after now.</summary>
    internal async Task ProgressAsync(CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _awaited.Add(([.. _acknowledged.Select(a => a + 3)], reached));
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), cancellationToken);
    }

    /// <summary>Stops and compares.</summary>
    /// <param name="read">Reads a file where it lies.</param>
    internal async Task StopAndCompareAsync(Func<string, string> read)
    {
        var counted = await StopAsync(read);
        Assert.InRange(counted, Acknowledged, Acknowledged + Unknown.Count);
    }

    /// <summary>Stops.</summary>
    /// <param name="read">Reads a file where it lies.</param>
    /// <returns>What the files say together.</returns>
    internal async Task<long> StopAsync(Func<string, string> read)
    {
        _stop = true;
        await _running!;
        return Enumerable.Range(0, paths).Sum(p => Number(read(NameOf(p))));
    }

    private async Task CountAsync(AsyncStore store, int path)
    {
        while (!_stop)
        {
            try
            {
                await CountUpAsync(store, NameOf(path));
                Acknowledge(path);
            }
            catch (Exception e) when (e is PreconditionFailedException or AlreadyExistsException)
            {
                // The other caller of this file was faster.
            }
            catch (BackendUnavailableException e)
                when (e.Code == ErrorCodes.OutcomeUnknown || e is { IsTransient: true, RefusedBeforeExecution: false })
            {
                lock (_lock)
                    _unknown.Add($"{NameOf(path)}: {e}");
            }
            catch (RemoteStoreException e)
            {
                lock (_lock)
                    _errors.Add($"{NameOf(path)}: {e}");
            }
        }
    }

    private static async Task CountUpAsync(AsyncStore store, string name)
    {
        var (number, options) = (0L, WriteOptions.CreateOnly);
        try
        {
            await using var content = await store.ReadAsync(name);
            using var reader = new StreamReader(content);
            (number, options) = (Number(await reader.ReadToEndAsync()), WriteOptions.Matching(content.Info.ETag!));
        }
        catch (NotFoundException)
        {
            // Nobody has counted yet.
        }

        await store.WriteTextAsync(name, (number + 1).ToString(CultureInfo.InvariantCulture), options);
    }

    private void Acknowledge(int path)
    {
        lock (_lock)
        {
            _acknowledged[path]++;
            foreach (var (floor, reached) in _awaited)
            {
                if (Enumerable.Range(0, paths).All(p => _acknowledged[p] >= floor[p]))
                    reached.TrySetResult();
            }
        }
    }

    internal static string NameOf(int path) => $"counter-{path}";

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
