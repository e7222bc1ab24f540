namespace RemoteStore.Ownership;

/// <summary>
/// One logical change as its caller sees it: the same id however often the call is retried. With it an owner does a change once and
/// gives every repeat the first answer.
/// </summary>
/// <remarks>
/// All times are the caller's, in UTC. They are compared with the clock of the owner's process: see the cluster's document on how far the
/// two may differ.
/// </remarks>
/// <param name="Id">Drawn once by the caller; never the empty one.</param>
internal sealed record PathOperation(Guid Id)
{
    /// <summary>When the first attempt was made.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>When this attempt is over: it must not begin to commit from then on.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>When the caller gives up for good: until then it may ask again, and the answer is kept.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Whether an earlier attempt may have been executed; false if all of them were certainly refused.</summary>
    public bool IsRetry { get; init; }

    /// <summary>
    /// Whether the deadline of an earlier attempt is not over yet, so that it may still be executed at another owner. An owner that knows
    /// nothing of the operation then does only what that attempt cannot spoil: a change under the condition on one version, where commits
    /// are fenced. Anything else it refuses with the code <c>EarlierTry</c>.
    /// </summary>
    public bool EarlierMayRun { get; init; }
}
