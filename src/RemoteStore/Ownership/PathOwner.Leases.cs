namespace RemoteStore.Ownership;

internal sealed partial class PathOwner
{
    // Belongs to the current lease: written while it holds the turn.
    private bool _removes;

    /// <summary>
    /// Leases the path for an operation on two paths, until <see cref="Release"/> or the deadline. Commits wait in the meantime, reads do
    /// not. A deadline later than <see cref="PathOwnerOptions.MaxHold"/> from now is shortened to it. Take several leases in ordinal order
    /// of their keys to avoid deadlocks.
    /// </summary>
    /// <param name="hold">Holder, deadline and conditions.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="BackendUnavailableException">
    /// The lease was not granted before the deadline, and nothing has happened; or <see cref="PathLease.UnlessRemovedSince"/> does not
    /// hold.
    /// </exception>
    /// <exception cref="PreconditionFailedException">The condition does not hold.</exception>
    public async ValueTask LeaseAsync(PathLease hold, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hold);
        ArgumentOutOfRangeException.ThrowIfEqual(hold.Holder, Guid.Empty, nameof(hold));
        var (deadline, latest) = (hold.Deadline, _clock.GetUtcNow() + _maxHold);
        deadline = deadline < latest ? deadline : latest;
        await EnterBeforeAsync(deadline, cancellationToken).ConfigureAwait(false);
        _facts.BeginMutation();
        try
        {
            await CommitConditions.CheckAsync(_backend, Key, hold.IfMatch, cancellationToken).ConfigureAwait(false);
            await ThrowIfRemovedAsync(hold.UnlessRemovedSince, cancellationToken).ConfigureAwait(false);
            _removes = hold.MayRemove;
            Turn.LeaseTo(hold.Holder, deadline, _clock, Release);
        }
        catch
        {
            _facts.EndMutation(null);
            Turn.Exit();
            throw;
        }
    }

    /// <summary>Ends a lease; does nothing when it has already ended.</summary>
    /// <param name="holder">The holder of the lease.</param>
    public void Release(Guid holder)
    {
        if (!Turn.TryReclaim(holder))
            return;
        if (_removes)
            _removedAt = _clock.GetUtcNow();
        _facts.EndMutation(null);
        Turn.Exit();
    }

    private async ValueTask ThrowIfRemovedAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        if (
            since is { } began
            && MayHaveRemovedSince(began)
            && await CommitConditions.FindAsync(_backend, Key, cancellationToken).ConfigureAwait(false) is null
        )
            throw LostAttempts.Unknown(Key, _backend.Name);
    }

    private async ValueTask EnterBeforeAsync(DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var rest = deadline - _clock.GetUtcNow();
        if (rest <= TimeSpan.Zero)
            throw Late(null);
        using var late = new CancellationTokenSource(rest, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await Turn.EnterAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Late(e);
        }
    }

    private BackendUnavailableException Late(Exception? inner) =>
        CommitConditions.Refused(
            "The path was busy until the deadline; nothing was done. Retry the call.",
            ErrorCodes.PathBusy,
            Key,
            _backend.Name,
            inner
        );
}
