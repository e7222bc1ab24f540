using System.Diagnostics.CodeAnalysis;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>The attempts of one call: when the next one may start, and the operation data that it carries.</summary>
internal sealed class RetryState(ClusterCallLimits limits, TimeProvider clock, Guid? id, bool isPatient)
{
    private const int FirstPauseMilliseconds = 50;
    private const int MaxDoublings = 5;
    private readonly DateTimeOffset _began = clock.GetUtcNow();
    private DateTimeOffset _deadline;
    private DateTimeOffset _lostDeadline;
    private RemoteStoreException? _lost;
    private int _failures;

    /// <summary>The operation data of the next attempt of a change.</summary>
    internal WireOperation Next()
    {
        var now = clock.GetUtcNow();
        // Attempts that may run concurrently share one deadline: otherwise each attempt would postpone the time from which none runs.
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
    /// Waits until the call may be retried. A change that may still be executing is retried immediately: owners decide about
    /// concurrent attempts. When an owner requests it, the retry waits until the attempt has certainly ended, so that
    /// two attempts never run at two owners at once.
    /// </summary>
    /// <returns>False when the call must not be retried: the failure is not transient, or the time is over.</returns>
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
        if (ClusterErrors.IsAttemptInProgress(failure))
            pause += RestOfLost(now);
        if (now + pause >= _began + limits.OperationTimeout)
            return false;
        await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The error for the caller: that the last attempt did nothing says nothing about attempts lost before it.</summary>
    internal RemoteStoreException FinalError(RemoteStoreException last) =>
        _lost is not null && last is BackendUnavailableException { RefusedBeforeExecution: true } ? _lost : last;

    /// <summary>How long a lost attempt may still be executed.</summary>
    private TimeSpan RestOfLost(DateTimeOffset now)
    {
        var rest = _lost is null ? TimeSpan.Zero : _lostDeadline + limits.ClockTolerance - now;
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    /// <summary>50 ms, doubled each time up to 1.6 s, plus a random delay of up to the same length.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads attempts, nothing secret.")]
    private TimeSpan Pause()
    {
        var pause = FirstPauseMilliseconds << Math.Min(_failures++, MaxDoublings);
        return TimeSpan.FromMilliseconds(pause + Random.Shared.Next(pause));
    }
}
