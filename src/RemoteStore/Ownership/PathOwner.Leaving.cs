namespace RemoteStore.Ownership;

internal sealed partial class PathOwner
{
    /// <summary>
    /// Until when a caller may repeat an operation whose first answer is kept here; the past when none may. At most 15 minutes ahead.
    /// </summary>
    internal DateTimeOffset ResultsKeptUntil => _madeAnswers?.KeptUntil ?? DateTimeOffset.MinValue;

    /// <summary>
    /// Whether this owner leaves before its answers are over, and the next one could undo a removal by executing a lost creation again.
    /// </summary>
    internal bool LeavesEarly => ResultsKeptUntil > _clock.GetUtcNow() && _removedAt > DateTimeOffset.MinValue;

    /// <summary>
    /// Counts the file as removed at that time, since an owner that left early may have removed it: a repeated creation that began before
    /// and finds nothing then has an unknown outcome, and is not executed again.
    /// </summary>
    internal void AssumeRemoved(DateTimeOffset at)
    {
        if (at > _removedAt)
            _removedAt = at;
    }

    /// <summary>Completes when no hold and no commit has the turn. New ones are the caller's to keep out.</summary>
    internal async ValueTask WhenFreeAsync(CancellationToken cancellationToken)
    {
        if (_madeTurn is not { } turn)
            return;
        await turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        turn.Exit();
    }
}
