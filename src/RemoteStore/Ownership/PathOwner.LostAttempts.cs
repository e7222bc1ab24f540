using RemoteStore.Drivers;

namespace RemoteStore.Ownership;

internal sealed partial class PathOwner
{
    /// <summary>
    /// Runs an operation of more than this path (a move, the deletion of a folder), once for all its calls: a repeated one joins the
    /// running one or gets the first answer. One that this owner does not know is refused while an earlier attempt may still run
    /// (<see cref="PathOperation.EarlierMayRun"/>). It takes no turn; hold the paths it concerns.
    /// </summary>
    /// <param name="operation">The operation; null to run it whatever was before.</param>
    /// <param name="run">What to do.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <typeparam name="T">The type of the answer.</typeparam>
    public ValueTask<T> OnceAsync<T>(
        PathOperation? operation,
        Func<CancellationToken, ValueTask<T>> run,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        return OnceAsync(
            operation,
            (Owner: this, operation, run),
            static (a, t) =>
            {
                a.Owner.ThrowIfEarlierMayRun(a.operation);
                return a.run(t);
            },
            cancellationToken
        );
    }

    private ValueTask<T> OnceAsync<TArgs, T>(
        PathOperation? operation,
        TArgs args,
        Func<TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken cancellationToken
    ) =>
        operation is null
            ? run(args, cancellationToken)
            : (_madeAnswers ?? MakeAnswers()).OnceAsync(operation, args, run, cancellationToken);

    private IdempotencyCache MakeAnswers() =>
        Interlocked.CompareExchange(ref _madeAnswers, new IdempotencyCache(_clock), null) ?? _madeAnswers;

    /// <summary>A write whose earlier attempt was made at an owner that is gone: done already, to be done now, or not known.</summary>
    private async ValueTask<WriteResult> CommitAgainAsync<TArgs>(
        CommitRequest<TArgs> request,
        PathOperation operation,
        CancellationToken cancellationToken
    )
    {
        var (done, seen) = await RecallAsync(request.Options, operation, cancellationToken).ConfigureAwait(false);
        if (done is not null)
            return done;
        try
        {
            // Exactly over what was checked, and not decided again on something newer: that may be the earlier attempt's.
            var options =
                seen is null && request.Options.Overwrite
                    ? request.Options with
                    {
                        Overwrite = false,
                        IfNoneMatch = WriteOptions.Any,
                    }
                    : request.Options;
            return await CommitOnceAsync(request with { Options = options, Once = true }, seen, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AlreadyExistsException or PreconditionFailedException or NotFoundException)
        {
            // The earlier attempt may have come in between, and used the staged bytes.
            return (await RecallAsync(request.Options, operation, cancellationToken).ConfigureAwait(false)).Done
                ?? throw LostAttempts.Unknown(Key, _backend.Name, e);
        }
    }

    private async ValueTask<(WriteResult? Done, RemoteFileInfo? Seen)> RecallAsync(
        WriteOptions options,
        PathOperation operation,
        CancellationToken cancellationToken
    )
    {
        var there = await LostAttempts.LookupAsync(_backend, Key, operation, cancellationToken).ConfigureAwait(false);
        if (there?.Made is { } made)
            return (ResultOf(made), null);
        ThrowIfEarlierMayWin(options.IfMatch, operation);
        if (
            there is null
                ? CannotHaveBeenRemoved(options, operation)
                : LostAttempts.WasNotExecuted(there, operation) || IsDecided(there, options.IfMatch)
        )
        {
            if (Conditions.Failure(there?.File, options, Key, _backend.Name) is { } refusal)
                throw refusal;
            return (null, there?.File);
        }

        throw LostAttempts.Unknown(Key, _backend.Name);
    }

    /// <summary>A deletion whose earlier attempt was made at an owner that is gone.</summary>
    private async ValueTask DeleteAgainAsync(DeleteOptions options, PathOperation operation, CancellationToken cancellationToken)
    {
        ThrowIfEarlierMayWin(options.IfMatch, operation);
        var there = await LostAttempts.LookupAsync(_backend, Key, operation, cancellationToken).ConfigureAwait(false);
        if (there is null && options.IgnoreMissing)
            return;
        if (there is null || !(LostAttempts.WasNotExecuted(there, operation) || IsDecided(there, options.IfMatch)))
            throw LostAttempts.Unknown(Key, _backend.Name);
        try
        {
            var ifMatch = CommitConditions.TakesAny(options.IfMatch) ? FenceOn(there.File) ?? options.IfMatch : options.IfMatch;
            await DeleteOnceAsync(options with { IfMatch = ifMatch }, operation, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is NotFoundException or PreconditionFailedException && !(e is NotFoundException && options.IgnoreMissing))
        {
            throw LostAttempts.Unknown(Key, _backend.Name, e);
        }
    }

    /// <summary>
    /// Of two changes under the condition on one version the fence lets one through. Any other may come at any time until its deadline.
    /// </summary>
    private void ThrowIfEarlierMayWin(string? ifMatch, PathOperation operation)
    {
        if (CommitConditions.TakesAny(ifMatch) || !IsFenced(_backend.Capabilities))
            ThrowIfEarlierMayRun(operation);
    }

    private void ThrowIfEarlierMayRun(PathOperation? operation)
    {
        if (operation is { EarlierMayRun: true })
            throw CommitConditions.Refused(
                "An earlier attempt of the call may still be executed; this one was not.",
                ErrorCodes.AttemptInProgress,
                Key,
                _backend.Name
            );
    }

    private string? FenceOn(RemoteFileInfo seen) => IsFenced(_backend.Capabilities) ? seen.ETag : null;

    // A version does not come back: one that is still there was replaced by nobody, and one that somebody else has replaced not by this
    // operation.
    private static bool IsDecided(VersionRecord there, string? ifMatch) =>
        !CommitConditions.TakesAny(ifMatch) && there.Made is null && (ifMatch == there.File.ETag || there.Replaced.Contains(ifMatch));

    /// <summary>
    /// Nothing is there: the earlier attempt was not executed, or its file was deleted since. What this owner has deleted it knows; what
    /// the one before it did in its last moments it does not.
    /// </summary>
    private bool CannotHaveBeenRemoved(WriteOptions options, PathOperation operation) =>
        options.IfMatch is null && !MayHaveRemovedSince(operation.Began);

    private bool MayHaveRemovedSince(DateTimeOffset began) => _removedAt + LostAttempts.ClockBound >= began;

    private WriteResult ResultOf(RemoteFileInfo file)
    {
        var native = _backend.Capabilities.Supports(Capability.NativeWriteResult);
        return new WriteResult(Key, file.Size, native ? WriteResultSource.Native : WriteResultSource.Basic)
        {
            ETag = native ? file.ETag : null,
            Digest = native ? file.Digest : null,
            LastModified = native ? file.LastModified : null,
            Metadata = file.Metadata,
        };
    }
}
