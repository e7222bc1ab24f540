using RemoteStore.Drivers;

namespace RemoteStore.Ownership;

internal sealed partial class PathOwner
{
    /// <summary>
    /// Runs an operation on more than this path (a move, the deletion of a folder), once for all its attempts: a retried one joins the
    /// running one or gets the first result. An operation without a record here is rejected while an earlier attempt may still run
    /// (<see cref="PathOperation.EarlierMayRun"/>). It takes no turn; lease the paths concerned.
    /// </summary>
    /// <param name="operation">The operation; null to run it unconditionally.</param>
    /// <param name="run">The work.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <typeparam name="T">The type of the result.</typeparam>
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

    /// <summary>A write with an earlier attempt at a lost owner: already done, to be done now, or unknown.</summary>
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
            // Exactly over the version that was read, and not decided again on a newer one: that may be the earlier attempt's.
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
            // The earlier attempt may have executed concurrently, and consumed the staged bytes.
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

    /// <summary>A deletion with an earlier attempt at a lost owner.</summary>
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
    /// The fence lets only one of two changes with a condition on the same version through. Any other change may execute until its
    /// deadline.
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
                "An earlier attempt of the call may still be running; this attempt did nothing. Retry the call.",
                ErrorCodes.AttemptInProgress,
                Key,
                _backend.Name
            );
    }

    private string? FenceOn(RemoteFileInfo seen) => IsFenced(_backend.Capabilities) ? seen.ETag : null;

    // Versions never recur: a current one has not been replaced, and one that another operation has replaced was not replaced by this one.
    private static bool IsDecided(VersionRecord there, string? ifMatch) =>
        !CommitConditions.TakesAny(ifMatch) && there.Made is null && (ifMatch == there.File.ETag || there.Replaced.Contains(ifMatch));

    /// <summary>
    /// No file exists: the earlier attempt was not executed, or its file was deleted since. This owner has a record of its own deletions,
    /// but not of the last ones of its predecessor.
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
