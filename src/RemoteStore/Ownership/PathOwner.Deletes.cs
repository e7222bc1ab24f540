namespace RemoteStore.Ownership;

internal sealed partial class PathOwner
{
    private DateTimeOffset _removedAt = DateTimeOffset.MinValue;

    /// <summary>Deletes the file.</summary>
    /// <param name="options">Tolerance and condition.</param>
    /// <param name="cancellationToken">Cancels the operation; its outcome is then unknown.</param>
    public ValueTask DeleteAsync(DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        DeleteAsync(options, null, cancellationToken);

    /// <summary>Deletes the file, once for all attempts of the operation.</summary>
    /// <param name="options">Tolerance and condition.</param>
    /// <param name="operation">The operation this call is an attempt of; null for a call that is never retried.</param>
    /// <param name="cancellationToken">Cancels the operation; its outcome is then unknown.</param>
    public async ValueTask DeleteAsync(DeleteOptions? options, PathOperation? operation, CancellationToken cancellationToken = default)
    {
        options = OptionChecks.Delete(options, Uplift(_backend.Capabilities), Key, _backend.Name);
        await OnceAsync(
                operation,
                (Owner: this, options, operation),
                static (a, t) => a.Owner.DeleteInTurnAsync(a.options, a.operation, t),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async ValueTask<bool> DeleteInTurnAsync(DeleteOptions options, PathOperation? operation, CancellationToken cancellationToken)
    {
        await Turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        _facts.BeginMutation();
        try
        {
            if (operation is { IsRetry: true })
                await DeleteAgainAsync(options, operation, cancellationToken).ConfigureAwait(false);
            else
                await DeleteOnceAsync(options, operation, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NotFoundException) when (options.IgnoreMissing)
        {
            // The lookup found no file, as requested.
            return true;
        }
        finally
        {
            _removedAt = _clock.GetUtcNow();
            _facts.EndMutation(null);
            Turn.Exit();
        }
    }

    private async ValueTask DeleteOnceAsync(DeleteOptions options, PathOperation? operation, CancellationToken cancellationToken)
    {
        if (!IsFenced(_backend.Capabilities) || !CommitConditions.TakesAny(options.IfMatch))
        {
            await CommitConditions.CheckAsync(_backend, Key, options.IfMatch, cancellationToken).ConfigureAwait(false);
            var native = options with { IfMatch = CommitConditions.Native(options.IfMatch, _backend.Capabilities) };
            ThrowIfLate(operation);
            await _backend.DeleteAsync(Key, native, cancellationToken).ConfigureAwait(false);
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            var seen = await _backend.GetFileInfoAsync(Key, cancellationToken).ConfigureAwait(false);
            ThrowIfLate(operation);
            try
            {
                await _backend.DeleteAsync(Key, options with { IfMatch = seen.ETag }, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PreconditionFailedException e)
            {
                ThrowIfOvertaken(attempt, e);
            }
        }
    }
}
