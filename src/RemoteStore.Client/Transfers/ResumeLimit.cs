namespace RemoteStore.Client;

/// <summary>
/// How long, and how often, one transfer is resumed without a byte of progress: <see cref="ClusterCallLimits.OperationTimeout"/>
/// from the first interruption on, and at most <see cref="MaxAttempts"/> times.
/// </summary>
internal sealed class ResumeLimit(TimeSpan timeout, TimeProvider clock)
{
    /// <summary>Limits the rate of attempts at a silo that accepts a transfer and interrupts it immediately.</summary>
    internal const int MaxAttempts = 5;

    private long? _interrupted;

    /// <summary>The attempts since the last progress.</summary>
    internal int Attempts { get; private set; }

    private TimeSpan Left => _interrupted is { } since ? timeout - clock.GetElapsedTime(since) : timeout;

    /// <summary>Counts an interruption.</summary>
    /// <returns>Whether the transfer may be resumed once more.</returns>
    internal bool TryBegin()
    {
        _interrupted ??= clock.GetTimestamp();
        return ++Attempts <= MaxAttempts && Left > TimeSpan.Zero;
    }

    /// <summary>Records progress: the next interruption counts as the first.</summary>
    internal void Progressed() => (_interrupted, Attempts) = (null, 0);

    /// <summary>Runs one attempt within the remaining time.</summary>
    /// <param name="attempt">Resumes the transfer.</param>
    /// <param name="cause">The failure that interrupted the transfer; rethrown when the time is over.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    internal async ValueTask<T> RunAsync<T>(
        Func<CancellationToken, ValueTask<T>> attempt,
        RemoteStoreException cause,
        CancellationToken cancellationToken
    )
    {
        using var late = new CancellationTokenSource(Left is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await attempt(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw cause;
        }
    }
}
