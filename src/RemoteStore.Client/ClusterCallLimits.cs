namespace RemoteStore.Client;

/// <summary>How long calls to a cluster are tried, and how often.</summary>
public sealed record ClusterCallLimits
{
    /// <summary>
    /// The defaults: 30 s for an attempt (what an Orleans client or silo waits unless configured otherwise), 60 s for all.
    /// </summary>
    public static ClusterCallLimits Default { get; } = new();

    /// <summary>
    /// How long one attempt may take; default 30 s. It must not be longer than the response timeout of the connection. A change that has
    /// not been committed by that time is not committed any longer.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a call is retried, from its first attempt on; default 60 s. No attempt begins later, so a call takes at most one attempt
    /// longer. An interrupted transfer is resumed for as long, counted from the interruption until bytes arrive again, and then fails.
    /// </summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How far this process's clock and those of the silos may be apart; default 1 s. Where a lost attempt of a change must be over before
    /// the next one is executed, it counts as over this much after its end.
    /// </summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the error names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AttemptTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OperationTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ClockTolerance, TimeSpan.Zero);
    }
}
