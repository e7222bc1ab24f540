namespace RemoteStore;

/// <summary>
/// Retries, timeouts, circuit breaker and limits of a <see cref="ResilientBackend"/>. Validated when the layer is created.
/// </summary>
public sealed class ResilienceOptions
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The maximum number of attempts per call, 1 to 20; 1 for no retry. Default 3.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>The delay before the second attempt, 1 ms to 1 h; it doubles with every further attempt. Default 200 ms.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The longest delay between two attempts, from <see cref="BaseDelay"/> to 1 h. When a backend asks for a longer one, the call is not
    /// retried and the caller gets the error with its RetryAfter. Default 30 s.
    /// </summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether delays are randomised so that callers do not retry simultaneously. Default true.</summary>
    public bool Jitter { get; set; } = true;

    /// <summary>The timeout of one attempt of a short call, 11 ms to 1 day; zero for no limit. Default 30 s.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The timeout of one attempt of a call that transfers whole contents or walks a tree (write, read into memory, move, copy, commit,
    /// delete of a folder, sum of a folder), 11 ms to 1 day; zero for no limit. Default 10 min.
    /// </summary>
    public TimeSpan TransferTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The ratio of failed attempts, above 0 up to 1, at which the circuit breaker opens; zero for no breaker. Default 0.5.
    /// </summary>
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>
    /// The minimum number of attempts within <see cref="BreakerWindow"/> before the breaker can open, 2 to 100,000. Default 20.
    /// </summary>
    public int BreakerMinimumCalls { get; set; } = 20;

    /// <summary>The sampling window of the breaker, 500 ms to 1 day. Default 30 s.</summary>
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the breaker stays open before it allows one call, 500 ms to 1 day. Default 15 s.</summary>
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The maximum number of calls in flight, 0 to 100,000; zero for no limit. Default 256.</summary>
    public int MaxConcurrency { get; set; } = 256;

    /// <summary>The maximum number of queued calls, 0 to 1,000,000; further ones are rejected. Default 1,024.</summary>
    public int MaxQueue { get; set; } = 1024;

    /// <summary>The faults of the values: pairs of a property's name and a sentence; empty for none.</summary>
    public IEnumerable<(string Property, string Fault)> Validate()
    {
        (bool Ok, string Property, string Fault)[] rules =
        [
            (MaxAttempts is >= 1 and <= 20, nameof(MaxAttempts), "must be between 1 and 20."),
            (Within(BaseDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)), nameof(BaseDelay), "must be between 1 ms and 1 h."),
            (Within(MaxDelay, BaseDelay, TimeSpan.FromHours(1)), nameof(MaxDelay), "must be between BaseDelay and 1 h."),
            (IsTimeout(AttemptTimeout), nameof(AttemptTimeout), "must be between 11 ms and 1 day, or zero for no limit."),
            (IsTimeout(TransferTimeout), nameof(TransferTimeout), "must be between 11 ms and 1 day, or zero for no limit."),
            (BreakerFailureRatio is >= 0 and <= 1, nameof(BreakerFailureRatio), "must be between 0 and 1."),
            (BreakerMinimumCalls is >= 2 and <= 100_000, nameof(BreakerMinimumCalls), "must be between 2 and 100000."),
            (Within(BreakerWindow, TimeSpan.FromMilliseconds(500), Day), nameof(BreakerWindow), "must be between 500 ms and 1 day."),
            (Within(BreakerPause, TimeSpan.FromMilliseconds(500), Day), nameof(BreakerPause), "must be between 500 ms and 1 day."),
            (MaxConcurrency is >= 0 and <= 100_000, nameof(MaxConcurrency), "must be between 0 and 100000."),
            (MaxQueue is >= 0 and <= 1_000_000, nameof(MaxQueue), "must be between 0 and 1000000."),
        ];
        return rules.Where(r => !r.Ok).Select(r => (r.Property, r.Fault));
    }

    private static bool Within(TimeSpan value, TimeSpan least, TimeSpan most) => value >= least && value <= most;

    private static bool IsTimeout(TimeSpan value) => value == TimeSpan.Zero || Within(value, TimeSpan.FromMilliseconds(11), Day);
}
