namespace RemoteStore.Grains;

/// <summary>
/// A move or a copy: both owners are held, the lower key first, so that any two such operations meet at the same path first and
/// none waits in a circle. Lives within one call and on the turn of its grain.
/// </summary>
internal sealed class PathPair(SiloStore store, IGrainFactory grains, TimeProvider clock, TransferRequest request, bool isMove)
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
        var deadline = clock.GetUtcNow() + store.Options.HoldTime;
        try
        {
            foreach (var key in keys)
                await HoldAsync(key, deadline, cancellationToken);
            if (!await IsDoneAsync(cancellationToken))
                await OperateAsync(await SeenAsync(cancellationToken), deadline, cancellationToken);
            return true;
        }
        finally
        {
            // Also a hold whose answer was lost: to release what is not held does nothing.
            await Task.WhenAll(keys.Select(ReleaseAsync));
        }
    }

    private ValueTask HoldAsync(string key, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        // What an earlier try may have moved away is not asked for its version here: that would refuse the try itself.
        var ifMatch = key == request.Source && _operation is not { Repeated: true } ? request.IfMatch : null;
        return OwnerOf(key).Hold(new HoldRequest { Holder = _holder, Deadline = deadline, IfMatch = ifMatch }, cancellationToken);
    }

    /// <summary>Whether an earlier try, at an owner that is gone, has done it. Throws when that cannot be told.</summary>
    private async ValueTask<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        if (_operation is not { Repeated: true } operation)
            return false;
        // Looked at first: that finishes a move whose owner was lost after it was published.
        var source = isMove ? await Repeats.LookAsync(Backend, request.Source, operation, cancellationToken) : null;
        var destination = await Repeats.LookAsync(Backend, request.Destination, operation, cancellationToken);
        if (destination is { Made: not null })
            return true;
        var isToBeDone = (source is not null && Repeats.WasNotExecuted(source, operation))
            || (destination is null ? !isMove : Repeats.WasNotExecuted(destination, operation));
        if (!isToBeDone)
            throw Repeats.Unknown(request.Source, Backend.Name);
        return false;
    }

    /// <summary>The version of the source that the backend is told to move, where it takes a condition: not one that comes later.</summary>
    private async ValueTask<string?> SeenAsync(CancellationToken cancellationToken)
    {
        if (_operation is { Repeated: true })
            await OwnedConditions.CheckAsync(Backend, request.Source, request.IfMatch, cancellationToken);
        if (request.IfMatch is not null || !store.IsFenced)
            return OwnedConditions.Native(request.IfMatch, Backend.Capabilities);
        return (await OwnedConditions.FindAsync(Backend, request.Source, cancellationToken))?.ETag;
    }

    /// <summary>Gives up well before the holds end, so that a slow backend does not work on while others already commit.</summary>
    private async ValueTask OperateAsync(string? ifMatch, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var options = new TransferOptions { Overwrite = request.Overwrite, IfMatch = ifMatch, OperationId = _operation?.Id };
        using var late = new CancellationTokenSource(store.Options.HoldTime * 0.75, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        ThrowIfLate(deadline);
        try
        {
            await (isMove
                ? Backend.MoveAsync(request.Source, request.Destination, options, either.Token)
                : Backend.CopyAsync(request.Source, request.Destination, options, either.Token));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackendUnavailableException("The operation took too long; whether it was done is not known.", request.Source, Backend.Name, e);
        }
        catch (PreconditionFailedException e) when (request.IfMatch is null)
        {
            // Where a move is a copy and a deletion, the copy may stand already.
            throw new BackendUnavailableException("The source was changed during the operation; how far it came is not known.", request.Source, Backend.Name, e);
        }
        catch (Exception e) when (e is NotFoundException or AlreadyExistsException && _operation is { Repeated: true })
        {
            throw Repeats.Unknown(request.Source, Backend.Name, e);
        }
    }

    // A silo that was frozen here comes back when the holds, or the caller, are long gone.
    private void ThrowIfLate(DateTimeOffset deadline)
    {
        var now = clock.GetUtcNow();
        if (now >= deadline || now >= _operation?.Deadline)
        {
            throw new BackendUnavailableException(
                "The holds, or the call's deadline, were over before the operation began; nothing was done.", request.Source, Backend.Name)
            {
                RefusedBeforeExecution = true,
                NativeCode = OwnerCodes.Late,
            };
        }
    }

    private async Task ReleaseAsync(string key)
    {
        try
        {
            await OwnerOf(key).Release(_holder);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or OperationCanceledException)
        {
            // The hold ends at its deadline by itself.
        }
    }

    private IPathGrain OwnerOf(string key) => grains.GetGrain<IPathGrain>(GrainKeys.Path(store.Name, key));
}
