namespace RemoteStore.Grains;

/// <summary>
/// An operation on two paths: both owners are held, the lower key first, so that any two such operations meet at the same path first and
/// none waits in a circle. Lives within one call and on the turn of its grain.
/// </summary>
internal sealed class PathPair(SiloStore store, IGrainFactory grains, SiloPulse pulse, TimeProvider clock, TransferRequest request)
{
    private readonly Guid _holder = Guid.NewGuid();

    internal async ValueTask RunAsync(
        Func<AsyncBackend, TransferRequest, TransferOptions, CancellationToken, ValueTask> operation, CancellationToken cancellationToken)
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
            // A silo that was frozen here comes back when the holds are long gone.
            if (clock.GetUtcNow() >= deadline || !pulse.IsSteady())
                throw new BackendUnavailableException("The holds ended before the operation began; nothing was done.", request.Source, store.Backend.Name) { RefusedBeforeExecution = true };
            await OperateAsync(operation, cancellationToken);
        }
        finally
        {
            // Also a hold whose answer was lost: to release what is not held does nothing.
            await Task.WhenAll(keys.Select(ReleaseAsync));
        }
    }

    private ValueTask HoldAsync(string key, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var hold = new HoldRequest { Holder = _holder, Deadline = deadline, IfMatch = key == request.Source ? request.IfMatch : null };
        return OwnerOf(key).Hold(hold, cancellationToken);
    }

    /// <summary>Gives up well before the holds end, so that a slow backend does not work on while others already commit.</summary>
    private async ValueTask OperateAsync(
        Func<AsyncBackend, TransferRequest, TransferOptions, CancellationToken, ValueTask> operation, CancellationToken cancellationToken)
    {
        var ifMatch = OwnedConditions.Native(request.IfMatch, store.Backend.Capabilities);
        var options = new TransferOptions { Overwrite = request.Overwrite, IfMatch = ifMatch };
        using var late = new CancellationTokenSource(store.Options.HoldTime * 0.75, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await operation(store.Backend, request, options, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackendUnavailableException(
                "The operation took too long; whether it was done is not known.", request.Source, store.Backend.Name, e);
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
