using System.Collections.Concurrent;
using Spectre.Console;

namespace RemoteStore.Cli.Transfers;

/// <summary>
/// Transfers many files, several at a time, with a progress bar on a terminal. A failed file is reported in a line and
/// does not stop the others; an unreachable store does.
/// </summary>
internal sealed class TransferRun(CliConsole console, int parallel)
{
    private readonly ConcurrentBag<int> _failures = [];
    private long _files;
    private long _bytes;

    /// <summary>Runs all items.</summary>
    /// <param name="items">The items, created while they are consumed.</param>
    /// <param name="transfer">Transfers one item and reports the bytes as it proceeds.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The exit code: that of the first failure, else 0.</returns>
    internal async Task<int> RunAsync(
        IAsyncEnumerable<TransferItem> items,
        Func<TransferItem, IProgress<long>, CancellationToken, Task> transfer,
        CancellationToken cancellationToken
    )
    {
        if (console.IsTerminal)
            await AnsiConsole
                .Progress()
                .AutoClear(true)
                .Columns(
                    new SpinnerColumn(),
                    new TaskDescriptionColumn(),
                    new ProgressBarColumn(),
                    new DownloadedColumn(),
                    new TransferSpeedColumn()
                )
                .StartAsync(context => AllAsync(items, transfer, new Bar(context.AddTask("transfer", maxValue: 0)), cancellationToken))
                .ConfigureAwait(false);
        else
            await AllAsync(items, transfer, null, cancellationToken).ConfigureAwait(false);
        console.Remark($"{_files} files, {_bytes} bytes" + (_failures.IsEmpty ? "" : $", {_failures.Count} failed"));
        return _failures.IsEmpty ? ExitCodes.Ok : _failures.Min();
    }

    /// <summary>Records the failure of a file for which no item could be created.</summary>
    internal void Fail(string what, Exception exception)
    {
        console.Remark($"{what}: {(exception is RemoteStoreException typed ? $"{typed.Kind}: {typed.Message}" : exception.Message)}");
        _failures.Add(ExitCodes.Of(exception));
    }

    private Task AllAsync(
        IAsyncEnumerable<TransferItem> items,
        Func<TransferItem, IProgress<long>, CancellationToken, Task> transfer,
        Bar? bar,
        CancellationToken cancellationToken
    ) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            async (item, token) =>
            {
                bar?.Expect(item.Size);
                await OneAsync(item, transfer, new Counter(this, bar), token).ConfigureAwait(false);
            }
        );

    private async Task OneAsync(
        TransferItem item,
        Func<TransferItem, IProgress<long>, CancellationToken, Task> transfer,
        Counter counter,
        CancellationToken token
    )
    {
        try
        {
            await transfer(item, counter, token).ConfigureAwait(false);
            Interlocked.Increment(ref _files);
        }
        catch (BackendUnavailableException)
        {
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Fail(item.RemotePath, e);
        }
    }

    private sealed class Counter(TransferRun run, Bar? bar) : IProgress<long>
    {
        public void Report(long value)
        {
            Interlocked.Add(ref run._bytes, value);
            bar?.Advance(value);
        }
    }

    private sealed class Bar(ProgressTask task)
    {
        private readonly Lock _lock = new();

        internal void Expect(long bytes)
        {
            lock (_lock)
                task.MaxValue += bytes;
        }

        internal void Advance(long bytes)
        {
            lock (_lock)
                task.Increment(bytes);
        }
    }
}
