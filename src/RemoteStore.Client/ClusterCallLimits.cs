namespace RemoteStore.Client;

/// <summary>How long, and how often, calls to a cluster are attempted.</summary>
public sealed record ClusterCallLimits
{
    /// <summary>The defaults: 30 s per attempt (the default response timeout of an Orleans client or silo), 60 s in total.</summary>
    public static ClusterCallLimits Default { get; } = new();

    /// <summary>
    /// The timeout of one attempt; default 30 s. Must not be longer than the response timeout of the connection. A
    /// change that is not committed within this time is no longer committed.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a call is retried, from its first attempt on; default 60 s. No attempt begins later, so a call takes at most one attempt
    /// longer. An interrupted transfer is resumed for as long, counted from the interruption until bytes arrive again, and then fails.
    /// </summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The largest difference between the clocks of this process and of the silos; default 1 s. Where a lost attempt of
    /// a change must have ended before the next one is executed, it counts as ended this long after its deadline.
    /// </summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Validates the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the error names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AttemptTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OperationTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ClockTolerance, TimeSpan.Zero);
    }
}
