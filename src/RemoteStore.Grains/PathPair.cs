using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>
/// A move or a copy: both owners are held, the lower key first, so that any two such operations meet at the same path first and
/// none waits in a circle. Lives within one call and on the turn of its grain.
/// </summary>
internal sealed class PathPair(SiloStore store, PathGrains owners, TimeProvider clock, MoveCopyRequest request, bool isMove)
{
    private readonly Guid _holder = Guid.NewGuid();
    private readonly PathOperation? _operation = WireOperation.ToOperation(request.Operation);

    private AsyncBackend Backend => store.Backend;

    /// <summary>Holds both, decides and does it.</summary>
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
            // Also a hold whose answer was lost: to release what is not held does nothing.
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
            // What an earlier attempt may have moved away is not asked for its version here: that would refuse the attempt itself.
            IfMatch = isSource && !isRepeated ? request.IfMatch : null,
            Keeps = !isSource || !isMove,
            // Of a move the source reports more.
            UnlessRemovedSince = !isSource && !isMove && isRepeated ? _operation!.Began : null,
        };
    }

    /// <summary>Whether an earlier attempt, at an owner that is gone, has done it. Throws when that cannot be determined.</summary>
    private async ValueTask<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        if (_operation is not { IsRetry: true } operation)
            return false;
        // Checked first: that finishes a move whose owner was lost after it was published.
        var source = isMove ? await LostAttempts.LookupAsync(Backend, request.Source, operation, cancellationToken) : null;
        var destination = await LostAttempts.LookupAsync(Backend, request.Destination, operation, cancellationToken);
        if (destination is { Made: not null })
            return true;
        var isToBeDone =
            (source is not null && LostAttempts.WasNotExecuted(source, operation))
            || (destination is null ? !isMove : LostAttempts.WasNotExecuted(destination, operation));
        if (!isToBeDone)
            throw LostAttempts.Unknown(request.Source, Backend.Name);
        // The hold was not asked, since the earlier attempt may have moved it away.
        await CommitConditions.CheckAsync(Backend, request.Source, request.IfMatch, cancellationToken);
        return false;
    }

    /// <summary>A repeat is not decided again: what came between may be the earlier attempt.</summary>
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

    /// <summary>Gives up well before the holds end, so that a slow backend does not work on while others already commit.</summary>
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
                "The operation took too long; whether it was done is not known.",
                request.Source,
                Backend.Name,
                e
            );
        }
    }

    /// <summary>Whether the refusal is by a condition that the caller has not asked for.</summary>
    private bool IsOfFence(RemoteStoreException refusal, MoveCopyOptions fenced) =>
        refusal switch
        {
            AlreadyExistsException => request.Overwrite && !fenced.Overwrite,
            PreconditionFailedException when refusal.Path == request.Destination => fenced.DestinationIfMatch is not null,
            PreconditionFailedException => CommitConditions.TakesAny(request.IfMatch),
            _ => false,
        };

    // Where a move is a copy and a deletion, the copy may exist already.
    private BackendUnavailableException PartialMoveError(RemoteStoreException refusal) =>
        new("The source was changed during the operation; how far it came is not known.", request.Source, Backend.Name, refusal);

    // A silo that was frozen here comes back when the holds, or the caller, are long gone.
    private TimeSpan RestOf(DateTimeOffset deadline)
    {
        var now = clock.GetUtcNow();
        if (now < deadline && !(now >= _operation?.Deadline))
            return deadline - now;
        throw CommitConditions.Refused(
            "The holds, or the call's deadline, were over before the operation began; nothing was done.",
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
            // The hold ends at its deadline by itself.
        }
    }

    private IPathGrain OwnerOf(string key) => owners.Get(store.Name, key);
}
