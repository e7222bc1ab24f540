using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Ownership;

/// <summary>One commit at a time, in order of arrival. The turn can also be leased until a deadline.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Semaphore and timer hold no native resources, and late callers still use them.")]
internal sealed class CommitLock
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private Guid _holder;
    private ITimer? _expiry;

    internal Task EnterAsync(CancellationToken cancellationToken) => _turn.WaitAsync(cancellationToken);

    internal void Exit() => _turn.Release();

    /// <summary>
    /// Leases the turn, which the caller has entered, to a holder. It is returned by <see cref="TryReclaim"/> or at the deadline.
    /// </summary>
    internal void LeaseTo(Guid holder, DateTimeOffset deadline, TimeProvider clock, Action<Guid> expired)
    {
        var rest = deadline - clock.GetUtcNow();
        lock (_lock)
        {
            _holder = holder;
            _expiry = clock.CreateTimer(_ => expired(holder), null, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whether the holder still had the turn; if so, the caller must <see cref="Exit"/> it.</summary>
    internal bool TryReclaim(Guid holder)
    {
        lock (_lock)
        {
            if (_holder != holder || holder == Guid.Empty)
                return false;
            _holder = Guid.Empty;
            _expiry?.Dispose();
            _expiry = null;
            return true;
        }
    }
}
