namespace RemoteStore.Ownership;

/// <summary>
/// One logical change as its caller sees it: all attempts have the same id. With it an owner executes a change once and returns the first
/// result to every retry.
/// </summary>
/// <remarks>
/// All times are the caller's, in UTC. They are compared with the clock of the owner's process; docs/cluster.md describes how far the two
/// may differ.
/// </remarks>
/// <param name="Id">Generated once by the caller; must not be the empty id.</param>
internal sealed record PathOperation(Guid Id)
{
    /// <summary>The time of the first attempt.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>The deadline of this attempt: it must not begin to commit after it.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>When the caller gives up: until then it may retry, and the result is kept.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Whether an earlier attempt may have been executed; false if all of them were certainly rejected.</summary>
    public bool IsRetry { get; init; }

    /// <summary>
    /// Whether the deadline of an earlier attempt has not passed yet, so that it may still be executed at another owner. An owner that has
    /// no record of the operation then executes only what that attempt cannot corrupt: a change conditioned on one version, where commits
    /// are fenced. It rejects anything else with <see cref="ErrorCodes.AttemptInProgress"/>.
    /// </summary>
    public bool EarlierMayRun { get; init; }
}
