using System.Diagnostics.CodeAnalysis;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>The attempts of one call: when the next one may be made, and what it says of itself.</summary>
internal sealed class RetryState(ClusterCallLimits limits, TimeProvider clock, Guid? id, bool isPatient, bool ownersDecide)
{
    private const int FirstPauseMilliseconds = 50;
    private const int MaxDoublings = 5;
    private readonly DateTimeOffset _began = clock.GetUtcNow();
    private DateTimeOffset _deadline;
    private DateTimeOffset _lostDeadline;
    private RemoteStoreException? _lost;
    private int _failures;

    /// <summary>What the next attempt of a change says.</summary>
    internal WireOperation Next()
    {
        var now = clock.GetUtcNow();
        // Attempts that may run concurrently end together: else each one would put off the time from which none does.
        if (now >= _lostDeadline)
            _deadline = now + limits.AttemptTimeout;
        return new WireOperation
        {
            Id = id!.Value,
            Began = _began,
            Deadline = _deadline,
            End = _began + limits.OperationTimeout,
            IsRetry = _lost is not null,
            EarlierMayRun = RestOfLost(now) > TimeSpan.Zero,
        };
    }

    /// <summary>
    /// Waits until the call may be retried. A change that may still be executed is retried at once where owners decide what may be done
    /// concurrently with it, and else, or when an owner says so, when it certainly is not executed any longer: so two attempts never run at
    /// once at two owners.
    /// </summary>
    /// <returns>False when the call must not be retried: the failure does not pass, or the time is over.</returns>
    internal async ValueTask<bool> WaitAsync(RemoteStoreException failure, CancellationToken cancellationToken)
    {
        var isFull = isPatient && ClusterErrors.IsFull(failure);
        if (!isFull && !ClusterErrors.IsPassing(failure))
            return false;
        var isLost = id is not null && !failure.RefusedBeforeExecution;
        if (isLost)
            (_lost, _lostDeadline) = (failure, _deadline);
        var now = clock.GetUtcNow();
        var pause = Pause() + (isFull ? failure.RetryAfter!.Value : TimeSpan.Zero);
        if ((isLost && !ownersDecide) || ClusterErrors.IsEarlierTry(failure))
            pause += RestOfLost(now);
        if (now + pause >= _began + limits.OperationTimeout)
            return false;
        await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>What the caller receives at the end: that one attempt did nothing says nothing of those that were lost before it.</summary>
    internal RemoteStoreException FinalError(RemoteStoreException last) =>
        _lost is not null && last is BackendUnavailableException { RefusedBeforeExecution: true } ? _lost : last;

    /// <summary>How long a lost attempt may still be executed.</summary>
    private TimeSpan RestOfLost(DateTimeOffset now)
    {
        var rest = _lost is null ? TimeSpan.Zero : _lostDeadline + limits.ClockTolerance - now;
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    /// <summary>50 ms, doubled each time up to 1.6 s, and up to as much again by chance.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads attempts, nothing secret.")]
    private TimeSpan Pause()
    {
        var pause = FirstPauseMilliseconds << Math.Min(_failures++, MaxDoublings);
        return TimeSpan.FromMilliseconds(pause + Random.Shared.Next(pause));
    }
}
