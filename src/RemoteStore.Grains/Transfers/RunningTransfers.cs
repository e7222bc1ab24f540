using Microsoft.Extensions.Options;

namespace RemoteStore.Grains;

/// <summary>The large transfers that run in this silo, and whether it takes new ones. Safe for all threads.</summary>
/// <param name="limits">How many it takes.</param>
public sealed class RunningTransfers(IOptions<SiloLimits> limits)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _drained;
    private int _count;
    private long _bytes;

    /// <summary>How many run now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The bytes that they may have under way together.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether the silo is about to stop and takes no new ones.</summary>
    public bool IsDraining => Volatile.Read(ref _drained) is not null;

    /// <summary>Refuses new ones from now on.</summary>
    /// <returns>Completes when none runs any more. The caller sets the limit.</returns>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count == 0)
                _drained.TrySetResult();
            return _drained.Task;
        }
    }

    /// <summary>Counts a transfer until the answer is disposed.</summary>
    /// <param name="bytes">What it may have under way at the most.</param>
    /// <exception cref="BackendUnavailableException">The silo is full, or about to stop; another one takes the transfer.</exception>
    internal Transfer Begin(long bytes)
    {
        lock (_lock)
        {
            if (_drained is not null)
                throw new BackendUnavailableException("The silo is stopping and takes no new transfers.") { NativeCode = ClusterErrors.Stopping, RefusedBeforeExecution = true };
            if (_count >= limits.Value.MaxTransfers)
                throw Refusals.Full($"{_count} transfers run in the silo already.");
            Take(bytes);
            _count++;
            return new Transfer(this, bytes);
        }
    }

    private void Take(long bytes)
    {
        if (_bytes + bytes > limits.Value.MaxTransferBytes)
            throw Refusals.Full($"The transfers of the silo have {_bytes} bytes under way already.");
        _bytes += bytes;
    }

    /// <summary>One that is alone is not refused: it would be for ever, where its backend collects more than all may have.</summary>
    private void Add(long bytes)
    {
        lock (_lock)
        {
            if (_count == 1)
                _bytes += bytes;
            else
                Take(bytes);
        }
    }

    private void End(long bytes)
    {
        lock (_lock)
        {
            _bytes -= bytes;
            if (--_count == 0)
                _drained?.TrySetResult();
        }
    }

    /// <summary>One that runs, until it is disposed.</summary>
    internal sealed class Transfer(RunningTransfers all, long bytes) : IDisposable
    {
        private bool _ended;

        internal long Bytes { get; private set; } = bytes;

        /// <summary>Counts more bytes. Called by its opener alone, before anybody else knows of it.</summary>
        /// <exception cref="BackendUnavailableException">The silo is full.</exception>
        internal void Add(long more)
        {
            all.Add(more);
            Bytes += more;
        }

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _ended, true))
                all.End(Bytes);
        }
    }
}
