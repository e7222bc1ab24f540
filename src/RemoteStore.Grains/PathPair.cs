using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>
/// A move or a copy. It leases both owners, the lower key first, so that two such operations meet at the same path
/// first and no deadlock is possible. Lives within one call and runs on the turns of its grain.
/// </summary>
internal sealed class PathPair(SiloStore store, PathGrains owners, TimeProvider clock, MoveCopyRequest request, bool isMove)
{
    private readonly Guid _holder = Guid.NewGuid();
    private readonly PathOperation? _operation = WireOperation.ToOperation(request.Operation);

    private AsyncBackend Backend => store.Backend;

    /// <summary>Leases both paths, checks the conditions and executes the operation.</summary>
    /// <param name="cancellationToken">Cancels it; the outcome is then unknown.</param>
    /// <returns>Always true.</returns>
    internal async ValueTask<bool> RunAsync(CancellationToken cancellationToken)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal)
        {
            GrainKeys.Canonical(request.Source, store.Name),
            GrainKeys.Canonical(request.Destination, store.Name),
        };
        var deadline = clock.GetUtcNow() + store.Options.LeaseTime;
        try
        {
            foreach (var key in keys)
                await OwnerOf(key).AcquireLease(LeaseOf(key, deadline), cancellationToken);
            if (!await IsDoneAsync(cancellationToken))
                await OperateAsync(deadline, cancellationToken);
            return true;
        }
        finally
        {
            // Includes a lease whose response was lost: the release of a path that is not leased has no effect.
            await Task.WhenAll(keys.Select(ReleaseAsync));
        }
    }

    private LeaseRequest LeaseOf(string key, DateTimeOffset deadline)
    {
        var (isSource, isRepeated) = (key == request.Source, _operation is { IsRetry: true });
        return new LeaseRequest
        {
            Holder = _holder,
            Deadline = deadline,
            // The version is not checked here on a retry: an earlier attempt may have moved the file, and the check would refuse the retry.
            IfMatch = isSource && !isRepeated ? request.IfMatch : null,
            Keeps = !isSource || !isMove,
            // For a move, the source decides.
            UnlessRemovedSince = !isSource && !isMove && isRepeated ? _operation!.Began : null,
        };
    }

    /// <summary>Whether an earlier attempt, by a lost owner, has executed the operation. Throws when that cannot be determined.</summary>
    private async ValueTask<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        if (_operation is not { IsRetry: true } operation)
            return false;
        // The source is read first: this completes a move whose owner was lost after the publication.
        var source = isMove ? await LostAttempts.LookupAsync(Backend, request.Source, operation, cancellationToken) : null;
        var destination = await LostAttempts.LookupAsync(Backend, request.Destination, operation, cancellationToken);
        if (destination is { Made: not null })
            return true;
        var isToBeDone =
            (source is not null && LostAttempts.WasNotExecuted(source, operation))
            || (destination is null ? !isMove : LostAttempts.WasNotExecuted(destination, operation));
        if (!isToBeDone)
            throw LostAttempts.Unknown(request.Source, Backend.Name);
        // The lease did not check it, because the earlier attempt may have moved the file.
        await CommitConditions.CheckAsync(Backend, request.Source, request.IfMatch, cancellationToken);
        return false;
    }

    /// <summary>
    /// Executes the operation. For a retry a conflict is reported as an unknown outcome: the earlier attempt may have caused it.
    /// </summary>
    private async ValueTask OperateAsync(DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var options = new MoveCopyOptions
        {
            Overwrite = request.Overwrite,
            IfMatch = request.IfMatch,
            OperationId = _operation?.Id,
        };
        for (var attempt = 1; ; attempt++)
        {
            var fenced = await PathOwner.FenceAsync(Backend, request.Source, request.Destination, options, cancellationToken);
            try
            {
                await TransferAsync(fenced, RestOf(deadline), cancellationToken);
                return;
            }
            catch (RemoteStoreException e)
                when (_operation is { IsRetry: true } && (e is NotFoundException or AlreadyExistsException || IsOfFence(e, fenced)))
            {
                throw LostAttempts.Unknown(request.Source, Backend.Name, e);
            }
            catch (RemoteStoreException e) when (IsOfFence(e, fenced))
            {
                if (isMove && e.Path != request.Destination)
                    throw PartialMoveError(e);
                if (
                    CommitConditions.Overtaken(store.Options.ExternalWriters, attempt, e.Path ?? request.Source, Backend.Name, e) is { } end
                )
                    throw end;
            }
        }
    }

    /// <summary>Ends well before the leases expire, so that a slow backend does not continue while others already commit.</summary>
    private async ValueTask TransferAsync(MoveCopyOptions options, TimeSpan rest, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(rest * 0.75, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await (
                isMove
                    ? Backend.MoveAsync(request.Source, request.Destination, options, either.Token)
                    : Backend.CopyAsync(request.Source, request.Destination, options, either.Token)
            );
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackendUnavailableException(
                "The operation timed out; its outcome is unknown. Read both paths before retrying.",
                request.Source,
                Backend.Name,
                e
            );
        }
    }

    /// <summary>Whether the refusal comes from a condition that the caller did not set.</summary>
    private bool IsOfFence(RemoteStoreException refusal, MoveCopyOptions fenced) =>
        refusal switch
        {
            AlreadyExistsException => request.Overwrite && !fenced.Overwrite,
            PreconditionFailedException when refusal.Path == request.Destination => fenced.DestinationIfMatch is not null,
            PreconditionFailedException => CommitConditions.TakesAny(request.IfMatch),
            _ => false,
        };

    // Where a move is a copy and a deletion, the copy may already exist.
    private BackendUnavailableException PartialMoveError(RemoteStoreException refusal) =>
        new(
            "The source changed during the move; the outcome is unknown. Read both paths before retrying.",
            request.Source,
            Backend.Name,
            refusal
        );

    // A silo that was frozen here may resume long after the leases, or the caller, have ended.
    private TimeSpan RestOf(DateTimeOffset deadline)
    {
        var now = clock.GetUtcNow();
        if (now < deadline && !(now >= _operation?.Deadline))
            return deadline - now;
        throw CommitConditions.Refused(
            "The leases or the deadline of the call expired before the operation began; nothing was done.",
            ErrorCodes.DeadlineExceeded,
            request.Source,
            Backend.Name
        );
    }

    private async Task ReleaseAsync(string key)
    {
        try
        {
            await OwnerOf(key).ReleaseLease(_holder);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or OperationCanceledException)
        {
            // The lease expires at its deadline.
        }
    }

    private IPathGrain OwnerOf(string key) => owners.Get(store.Name, key);
}
