using Microsoft.Extensions.Options;

namespace RemoteStore.Grains;

/// <summary>
/// The large transfers running in this silo, the bytes held by calls, and whether new transfers are accepted. Thread-safe.
/// </summary>
/// <param name="limits">The limits of the silo.</param>
/// <param name="clock">Measures the progress of transfers.</param>
internal sealed class RunningTransfers(IOptions<SiloLimits> limits, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Transfer> _running = [];
    private readonly ClientShares _shares = new(limits);
    private TaskCompletionSource? _drained;
    private long _bytes;

    /// <summary>The number of running transfers.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _running.Count;
        }
    }

    /// <summary>The bytes that all transfers together may have in flight, plus those held by calls.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether the silo is about to stop and accepts no new transfers.</summary>
    public bool IsDraining => Volatile.Read(ref _drained) is not null;

    internal SiloLimits Limits => limits.Value;

    internal TimeProvider Clock => clock;

    /// <summary>Refuses new transfers from now on.</summary>
    /// <returns>Completes when no transfer is running. The caller sets the time limit.</returns>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running.Count == 0)
                _drained.TrySetResult();
            return _drained.Task;
        }
    }

    /// <summary>Counts a transfer until the returned object is disposed.</summary>
    /// <param name="bytes">The largest number of bytes that it may have in flight.</param>
    /// <param name="client">The client of the transfer; null for a transfer that counts for no client.</param>
    /// <param name="end">Ends the transfer when it is too slow to keep its place. Called on any thread.</param>
    /// <exception cref="BackendUnavailableException">The silo is full or about to stop, or the client has used its share.</exception>
    internal Transfer Begin(long bytes, GrainId? client = null, Action? end = null)
    {
        List<Transfer> evicted = [];
        try
        {
            lock (_lock)
            {
                if (_drained is not null)
                    throw Refusals.Stopping();
                _shares.ThrowIfFull(client, bytes);
                while (IsFullFor(bytes) && Slowest() is { } slow)
                {
                    Remove(slow);
                    evicted.Add(slow);
                }

                if (_running.Count >= limits.Value.MaxTransfers)
                    throw Refusals.Full($"{_running.Count} transfers are already running in the silo.");
                Take(bytes);
                var transfer = new Transfer(this, bytes, client, end);
                _running.Add(transfer);
                _shares.Add(client, bytes, 1);
                return transfer;
            }
        }
        finally
        {
            evicted.ForEach(e => e.Evict());
        }
    }

    /// <summary>Counts the bytes that a call holds while it waits and runs, until the returned object is disposed.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="client">The client of the call; null for a call that counts for no client.</param>
    /// <exception cref="BackendUnavailableException">The silo is full, or the client has used its share.</exception>
    internal Held Hold(long bytes, GrainId? client = null)
    {
        lock (_lock)
        {
            _shares.ThrowIfHeld(client, bytes);
            Take(bytes);
            _shares.Add(client, bytes, 0);
        }

        return new Held(this, bytes, client);
    }

    private bool IsFullFor(long bytes) => _running.Count >= limits.Value.MaxTransfers || _bytes + bytes > limits.Value.MaxTransferBytes;

    private Transfer? Slowest() => limits.Value.MinTransferRate == 0 ? null : _running.Where(t => t.IsTooSlow).MinBy(t => t.Rate);

    private void Take(long bytes)
    {
        if (_bytes + bytes > limits.Value.MaxTransferBytes)
            throw Refusals.Full($"The transfers and calls of the silo already hold {_bytes} bytes.");
        _bytes += bytes;
    }

    /// <summary>
    /// A transfer that runs alone is not refused: otherwise a backend that buffers more than the limit could never be used.
    /// </summary>
    private void Add(Transfer transfer, long bytes)
    {
        lock (_lock)
        {
            if (_running.Count == 1)
                _bytes += bytes;
            else
                Take(bytes);
            _shares.Add(transfer.Client, bytes, 0);
        }
    }

    private void End(Transfer transfer)
    {
        lock (_lock)
            Remove(transfer);
    }

    private void Remove(Transfer transfer)
    {
        if (!_running.Remove(transfer))
            return;
        _bytes -= transfer.Bytes;
        _shares.Add(transfer.Client, -transfer.Bytes, -1);
        if (_running.Count == 0)
            _drained?.TrySetResult();
    }

    private void Release(long bytes, GrainId? client)
    {
        lock (_lock)
        {
            _bytes -= bytes;
            _shares.Add(client, -bytes, 0);
        }
    }

    /// <summary>The bytes of a call.</summary>
    internal readonly struct Held(RunningTransfers all, long bytes, GrainId? client) : IDisposable
    {
        public void Dispose() => all.Release(bytes, client);
    }

    /// <summary>A running transfer, until it is disposed.</summary>
    internal sealed class Transfer : IDisposable
    {
        private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
        private readonly RunningTransfers _all;
        private readonly Action? _end;
        private long _since;
        private long _moved;
        private double _rate = double.MaxValue;

        internal Transfer(RunningTransfers all, long bytes, GrainId? client, Action? end)
        {
            (_all, Bytes, Client, _end) = (all, bytes, client, end);
            _since = all.Clock.GetTimestamp();
        }

        internal long Bytes { get; private set; }

        internal GrainId? Client { get; }

        /// <summary>The rate in bytes per second over the last 30 s or more; before that the transfer counts as fast.</summary>
        internal double Rate => Measure();

        internal bool IsTooSlow => _end is not null && Measure() < _all.Limits.MinTransferRate;

        /// <summary>Counts more bytes. Called by the opener alone, before the transfer is shared.</summary>
        /// <exception cref="BackendUnavailableException">The silo is full.</exception>
        internal void Add(long more)
        {
            _all.Add(this, more);
            Bytes += more;
        }

        /// <summary>Records progress.</summary>
        internal void Moved(long bytes)
        {
            Interlocked.Add(ref _moved, bytes);
            if (_all.Clock.GetElapsedTime(Volatile.Read(ref _since)) >= Window)
                Measure();
        }

        internal void Evict() => _end?.Invoke();

        public void Dispose() => _all.End(this);

        private double Measure()
        {
            var elapsed = _all.Clock.GetElapsedTime(Volatile.Read(ref _since));
            if (elapsed < Window)
                return Volatile.Read(ref _rate);
            var rate = Interlocked.Exchange(ref _moved, 0) / elapsed.TotalSeconds;
            Volatile.Write(ref _rate, rate);
            Volatile.Write(ref _since, _all.Clock.GetTimestamp());
            return rate;
        }
    }
}
