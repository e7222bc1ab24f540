using System.Diagnostics.CodeAnalysis;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>The tries of one call: when the next one may be made, and what it says of itself.</summary>
internal sealed class ClusterTries(ClusterCallLimits limits, TimeProvider clock, Guid? id, bool isPatient)
{
    private const int FirstPauseMilliseconds = 50;
    private const int MaxDoublings = 5;
    private readonly DateTimeOffset _began = clock.GetUtcNow();
    private DateTimeOffset _deadline;
    private int _failures;
    private bool _mayBeDone;

    /// <summary>What the next try of a change says.</summary>
    internal WireOperation Next()
    {
        var end = _began + limits.OperationTimeout;
        _deadline = clock.GetUtcNow() + limits.TryTimeout;
        return new WireOperation { Id = id!.Value, Began = _began, Deadline = _deadline, End = end, Repeated = _mayBeDone };
    }

    /// <summary>
    /// Waits until the call may be made again. A change that may still be executed is left alone until it certainly is not any more, so that
    /// two tries of it never run at once at two owners.
    /// </summary>
    /// <returns>False when the call must not be made again: the failure does not pass, or the time is over.</returns>
    internal async ValueTask<bool> WaitAsync(RemoteStoreException failure, CancellationToken cancellationToken)
    {
        var isFull = isPatient && ClusterErrors.IsFull(failure);
        if (!isFull && !ClusterErrors.IsPassing(failure))
            return false;
        var now = clock.GetUtcNow();
        var pause = Pause() + (isFull ? failure.RetryAfter!.Value : TimeSpan.Zero);
        if (id is not null && !failure.RefusedBeforeExecution)
        {
            _mayBeDone = true;
            var over = _deadline + limits.ClockTolerance - now;
            pause = over > TimeSpan.Zero ? over + pause : pause;
        }

        if (now + pause >= _began + limits.OperationTimeout)
            return false;
        await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>50 ms, doubled each time up to 1.6 s, and up to as much again by chance.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads tries, nothing secret.")]
    private TimeSpan Pause()
    {
        var pause = FirstPauseMilliseconds << Math.Min(_failures++, MaxDoublings);
        return TimeSpan.FromMilliseconds(pause + Random.Shared.Next(pause));
    }
}
