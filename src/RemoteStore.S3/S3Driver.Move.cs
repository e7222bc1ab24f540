using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    private readonly S3MoveJournal _moves;

    /// <summary>
    /// Writes a journal entry, copies exactly the version read, deletes exactly that version, and deletes the entry.
    /// Without supported conditions it copies and deletes.
    /// </summary>
    public override async ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions options,
        CancellationToken cancellationToken
    )
    {
        var traits = await _probe.TraitsAsync(cancellationToken).ConfigureAwait(false);
        if (!traits.Put)
        {
            await CopyVersionAsync(source, destination, options, null, cancellationToken).ConfigureAwait(false);
            await DeleteObjectAsync(ObjectKey(source), cancellationToken).ConfigureAwait(false);
            return;
        }

        var id = options.OperationId ?? Guid.NewGuid();
        var moved = await CopyRecordedAsync(source, destination, options with { OperationId = id }, MoveIntent.IdOf(id), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            // From here on the move is completed even if the caller cancels: a partial move would leave two files.
            await DeleteVersionAsync(source, moved, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PreconditionFailedException e)
        {
            await _moves.ForgetAsync(MoveIntent.IdOf(id)).ConfigureAwait(false);
            throw new PreconditionFailedException(
                "Move incomplete: the source changed; both source and destination exist.",
                source,
                Name,
                e
            );
        }

        await _moves.ForgetAsync(MoveIntent.IdOf(id)).ConfigureAwait(false);
    }

    /// <summary>
    /// Completes moves whose copy exists, and discards those whose copy was never created. A failure does not stop the
    /// others; the first one is thrown at the end.
    /// </summary>
    internal async ValueTask<int> CompleteMovesAsync(TimeSpan minimumAge, CancellationToken cancellationToken)
    {
        var settled = 0;
        var failures = new DeferredFailure(S3Errors.IsOfService);
        await foreach (var id in _moves.IdsAsync(_clock.GetUtcNow() - minimumAge, cancellationToken).ConfigureAwait(false))
            settled += await failures.TryAsync(() => RecoverAsync(id, cancellationToken)).ConfigureAwait(false) ? 1 : 0;
        failures.ThrowIfAny();
        return settled;
    }

    private async Task<S3Head> CopyRecordedAsync(
        string source,
        string destination,
        MoveCopyOptions options,
        string id,
        CancellationToken cancellationToken
    )
    {
        var isRecorded = false;
        try
        {
            return await CopyVersionAsync(source, destination, options, RecordAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (isRecorded && e is { IsTransient: false, Code: not ErrorCodes.OutcomeUnknown })
        {
            // A definite refusal: nothing was copied. After any other failure the entry is kept, since the copy may still be created.
            await _moves.ForgetAsync(id).ConfigureAwait(false);
            throw;
        }

        async Task RecordAsync(S3Head version)
        {
            await _moves.RecordAsync(new MoveIntent(id, source, destination, version.Version), cancellationToken).ConfigureAwait(false);
            isRecorded = true;
        }
    }

    /// <summary>Recovers the move that an operation began and did not complete, if there is one.</summary>
    private async Task RecoverMoveAsync(Guid operation, CancellationToken cancellationToken) =>
        await RecoverAsync(MoveIntent.IdOf(operation), cancellationToken).ConfigureAwait(false);

    private async ValueTask<bool> RecoverAsync(string id, CancellationToken cancellationToken)
    {
        if (await _moves.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } intent)
            return false;
        await RecoverAsync(intent, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task RecoverAsync(MoveIntent intent, CancellationToken cancellationToken)
    {
        var copy = await HeadAsync(intent.Destination, cancellationToken).ConfigureAwait(false);
        if (copy?.History.Contains(S3History.Of(Guid.ParseExact(intent.Id, "N")).Own) == true)
            await DeleteMovedAsync(intent, cancellationToken).ConfigureAwait(false);
        await _moves.ForgetAsync(intent.Id).ConfigureAwait(false);
    }

    private async Task DeleteMovedAsync(MoveIntent intent, CancellationToken cancellationToken)
    {
        if (await HeadAsync(intent.Source, cancellationToken).ConfigureAwait(false) is not { } source || source.Info.ETag != intent.ETag)
            return;
        try
        {
            await DeleteVersionAsync(intent.Source, source, cancellationToken).ConfigureAwait(false);
        }
        catch (PreconditionFailedException)
        {
            // It was replaced concurrently: the current object is another file.
        }
    }
}
