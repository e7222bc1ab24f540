namespace RemoteStore;

public sealed partial class PathOwner
{
    /// <summary>
    /// Takes the path's turn for an operation on two paths, until <see cref="Release"/> or the deadline. Commits wait meanwhile, reads do
    /// not. Take several holds in ordinal order of their keys, and nobody waits for ever.
    /// </summary>
    /// <param name="holder">Who holds; any value but the empty one.</param>
    /// <param name="deadline">When the hold ends at the latest, and until when to wait for it.</param>
    /// <param name="ifMatch">The version that must be there; decided here when the backend cannot. Null for any.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="BackendUnavailableException">The turn did not come before the deadline; nothing has happened.</exception>
    /// <exception cref="PreconditionFailedException">The condition does not hold.</exception>
    public async ValueTask HoldAsync(Guid holder, DateTimeOffset deadline, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(holder, Guid.Empty);
        await EnterBeforeAsync(deadline, cancellationToken).ConfigureAwait(false);
        _facts.BeginMutation();
        try
        {
            await OwnedConditions.CheckAsync(_backend, Key, ifMatch, cancellationToken).ConfigureAwait(false);
            _turn.Lend(holder, deadline, Release);
        }
        catch
        {
            _facts.EndMutation(null);
            _turn.Exit();
            throw;
        }
    }

    /// <summary>Ends a hold; does nothing when it has ended already.</summary>
    /// <param name="holder">Who held.</param>
    public void Release(Guid holder)
    {
        if (!_turn.TryTakeBack(holder))
            return;
        // What was held for may have moved the file away.
        _removedAt = _clock.GetUtcNow();
        _facts.EndMutation(null);
        _turn.Exit();
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
            await _turn.EnterAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Late(e);
        }
    }

    private BackendUnavailableException Late(Exception? inner) =>
        new("The path was busy until the deadline; nothing was done.", Key, _backend.Name, inner) { RefusedBeforeExecution = true, NativeCode = OwnerCodes.Busy };
}
