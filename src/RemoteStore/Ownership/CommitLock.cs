using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Ownership;

/// <summary>One commit at a time, in the order of arrival; a turn may also be lent out until a deadline.</summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Neither the semaphore nor the timer holds anything native, and late callers still need them."
)]
internal sealed class CommitLock
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private Guid _holder;
    private ITimer? _expiry;

    internal Task EnterAsync(CancellationToken cancellationToken) => _turn.WaitAsync(cancellationToken);

    internal void Exit() => _turn.Release();

    /// <summary>
    /// Lends the turn, which the caller has entered, to a holder. It comes back by <see cref="TryReclaim"/> or at the deadline.
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

    /// <summary>Whether the holder still had the turn; then the caller must <see cref="Exit"/> it.</summary>
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
