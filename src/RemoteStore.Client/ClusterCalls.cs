using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>Calls of grains for one store, with the cluster's own failures turned into typed ones at this single place.</summary>
internal sealed class ClusterCalls(IGrainFactory grains, string store, Func<CancellationToken, ValueTask<IGrainFactory>>? bulk)
{
    internal string Store => store;

    internal ValueTask<T> PathAsync<TArgs, T>(
        string key, TArgs args, Func<IPathGrain, TArgs, CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken) =>
        RunAsync(key, (store, grains, key, args, call), static (a, t) => a.call(PathGrain(a.grains, a.store, a.key), a.args, t), cancellationToken);

    internal ValueTask PathAsync<TArgs>(
        string key, TArgs args, Func<IPathGrain, TArgs, CancellationToken, ValueTask> call, CancellationToken cancellationToken) =>
        RunAsync(key, (store, grains, key, args, call), static (a, t) => a.call(PathGrain(a.grains, a.store, a.key), a.args, t), cancellationToken);

    internal ValueTask<T> StoreAsync<TArgs, T>(
        string? key, TArgs args, Func<IStoreGrain, TArgs, CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken) =>
        RunAsync(key, (store, grains, args, call), static (a, t) => a.call(a.grains.GetGrain<IStoreGrain>(a.store), a.args, t), cancellationToken);

    internal ValueTask StoreAsync<TArgs>(
        string? key, TArgs args, Func<IStoreGrain, TArgs, CancellationToken, ValueTask> call, CancellationToken cancellationToken) =>
        RunAsync(key, (store, grains, args, call), static (a, t) => a.call(a.grains.GetGrain<IStoreGrain>(a.store), a.args, t), cancellationToken);

    /// <summary>A grain for one large transfer, on the connection kept for those.</summary>
    internal async ValueTask<T> NewTransferAsync<T>(CancellationToken cancellationToken)
        where T : IGrainWithGuidKey =>
        (bulk is null ? grains : await bulk(cancellationToken).ConfigureAwait(false)).GetGrain<T>(Guid.NewGuid());

    internal async ValueTask<T> RunAsync<TArgs, T>(
        string? key, TArgs args, Func<TArgs, CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await call(args, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Typed(e, key, cancellationToken) is { } typed)
        {
            throw typed;
        }
    }

    internal async ValueTask RunAsync<TArgs>(
        string? key, TArgs args, Func<TArgs, CancellationToken, ValueTask> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await call(args, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Typed(e, key, cancellationToken) is { } typed)
        {
            throw typed;
        }
    }

    private static IPathGrain PathGrain(IGrainFactory grains, string store, string key) => grains.GetGrain<IPathGrain>(GrainKeys.Path(store, key));

    private Exception? Typed(Exception e, string? key, CancellationToken cancellationToken) => e switch
    {
        OperationCanceledException when !cancellationToken.IsCancellationRequested => new BackendUnavailableException(
            "The cluster gave the call up; whether a change was made is not known.", key, store, e),
        OperationCanceledException when e is not OperationCanceledException { CancellationToken.IsCancellationRequested: true } =>
            new OperationCanceledException(e.Message, e, cancellationToken),
        _ => ClusterErrors.Translate(e, key, store),
    };
}
