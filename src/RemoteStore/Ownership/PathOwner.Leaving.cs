namespace RemoteStore.Ownership;

internal sealed partial class PathOwner
{
    /// <summary>
    /// The latest time at which a caller may retry an operation whose first result is kept here; in the past when there is none. At most 15
    /// minutes ahead.
    /// </summary>
    internal DateTimeOffset ResultsKeptUntil => _madeAnswers?.KeptUntil ?? DateTimeOffset.MinValue;

    /// <summary>
    /// Whether this owner ends before its kept results expire, so that the next owner could undo a removal by executing a lost creation
    /// again.
    /// </summary>
    internal bool LeavesEarly => ResultsKeptUntil > _clock.GetUtcNow() && _removedAt > DateTimeOffset.MinValue;

    /// <summary>
    /// Records a removal at that time, because an owner that ended early may have removed the file. A retried creation that began earlier
    /// and finds no file then has an unknown outcome, and is not executed again.
    /// </summary>
    internal void AssumeRemoved(DateTimeOffset at)
    {
        if (at > _removedAt)
            _removedAt = at;
    }

    /// <summary>Completes when no lease and no commit has the turn. The caller must prevent new ones.</summary>
    internal async ValueTask WhenFreeAsync(CancellationToken cancellationToken)
    {
        if (_madeTurn is not { } turn)
            return;
        await turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        turn.Exit();
    }
}
