using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// Grain calls for one store. This is the only place where failures of the cluster are translated to typed errors, and where
/// calls that failed transiently are retried: reads freely, changes under their operation id, so that they are applied once.
/// </summary>
internal sealed class ClusterCalls(
    IGrainFactory grains,
    string store,
    Func<CancellationToken, ValueTask<IGrainFactory>>? bulk,
    ClusterCallLimits limits,
    CancellationToken closed
)
{
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly PathGrains _paths = new(grains);

    internal string Store => store;

    internal ClusterCallLimits Limits => limits;

    /// <summary>Cancelled when the client is closed.</summary>
    internal CancellationToken Closed => closed;

    internal ValueTask<T> PathAsync<TArgs, T>(
        string key,
        TArgs args,
        Func<IPathGrain, TArgs, CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken
    ) =>
        RetryAsync(key, (Self: this, key, args, call), static (a, _, t) => a.call(a.Self.Path(a.key), a.args, t), null, cancellationToken);

    internal ValueTask<T> StoreAsync<TArgs, T>(
        string? key,
        TArgs args,
        Func<IStoreGrain, TArgs, CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken
    ) => RetryAsync(key, (Self: this, args, call), static (a, _, t) => a.call(a.Self.OfStore, a.args, t), null, cancellationToken);

    /// <summary>Makes a call that returns no value.</summary>
    internal async ValueTask PathAsync<TArgs>(
        string key,
        TArgs args,
        Func<IPathGrain, TArgs, CancellationToken, ValueTask> call,
        CancellationToken cancellationToken
    ) =>
        await PathAsync(key, (args, call), static (p, a, t) => CompletedAsync(a.call(p, a.args, t)), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Makes a call that returns no value.</summary>
    internal async ValueTask StoreAsync<TArgs>(
        string? key,
        TArgs args,
        Func<IStoreGrain, TArgs, CancellationToken, ValueTask> call,
        CancellationToken cancellationToken
    ) =>
        await StoreAsync(key, (args, call), static (s, a, t) => CompletedAsync(a.call(s, a.args, t)), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Changes something at a path, at most once.</summary>
    internal ValueTask<T> ChangeAsync<TArgs, T>(
        string key,
        TArgs args,
        Func<IPathGrain, TArgs, WireOperation, CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken,
        Guid? id = null
    ) =>
        RetryAsync(
            key,
            (Self: this, key, args, call),
            static (a, attempts, t) => a.call(a.Self.Path(a.key), a.args, attempts.Next(), t),
            id ?? Guid.NewGuid(),
            cancellationToken
        );

    /// <summary>Changes something at a path, at most once, without a result.</summary>
    internal async ValueTask ChangeAsync<TArgs>(
        string key,
        TArgs args,
        Func<IPathGrain, TArgs, WireOperation, CancellationToken, ValueTask> call,
        CancellationToken cancellationToken
    ) =>
        await ChangeAsync(key, (args, call), static (p, a, o, t) => CompletedAsync(a.call(p, a.args, o, t)), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>
    /// Opens a large transfer on the connection reserved for transfers. Each attempt uses a new grain. If the silo is
    /// full, the call is retried after the delay that the silo requests.
    /// </summary>
    internal async ValueTask<(TGrain Grain, T Answer)> OpenTransferAsync<TGrain, TArgs, T>(
        string key,
        TArgs args,
        Func<TGrain, TArgs, CancellationToken, ValueTask<T>> open,
        CancellationToken cancellationToken
    )
        where TGrain : IGrainWithGuidKey
    {
        var factory = bulk is null ? grains : await bulk(cancellationToken).ConfigureAwait(false);
        return await RetryAsync(
                key,
                (factory, args, open),
                static async (a, _, t) =>
                {
                    var grain = a.factory.GetGrain<TGrain>(Guid.NewGuid());
                    return (grain, await a.open(grain, a.args, t).ConfigureAwait(false));
                },
                null,
                cancellationToken,
                isPatient: true
            )
            .ConfigureAwait(false);
    }

    /// <exception cref="ObjectDisposedException">The client was closed.</exception>
    internal void ThrowIfClosed(Exception? cause = null)
    {
        if (closed.IsCancellationRequested)
            throw new ObjectDisposedException("The client was closed; the outcome of the call is unknown.", cause);
    }

    /// <summary>Makes a call without retries: its transfer is lost when it fails.</summary>
    internal async ValueTask<T> RunAsync<TArgs, T>(
        string? key,
        TArgs args,
        Func<TArgs, CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await call(args, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RecordAndTranslate(e, key, cancellationToken) is { } typed)
        {
            throw typed;
        }
    }

    /// <summary>Makes a call without retries: its transfer is lost when it fails.</summary>
    internal async ValueTask RunAsync<TArgs>(
        string? key,
        TArgs args,
        Func<TArgs, CancellationToken, ValueTask> call,
        CancellationToken cancellationToken
    ) => await RunAsync(key, (args, call), static (a, t) => CompletedAsync(a.call(a.args, t)), cancellationToken).ConfigureAwait(false);

    internal static async ValueTask<bool> CompletedAsync(ValueTask call)
    {
        await call.ConfigureAwait(false);
        return true;
    }

    private async ValueTask<T> RetryAsync<TArgs, T>(
        string? key,
        TArgs args,
        Func<TArgs, RetryState, CancellationToken, ValueTask<T>> call,
        Guid? id,
        CancellationToken cancellationToken,
        bool isPatient = false
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var attempts = new RetryState(limits, _clock, id, isPatient);
        while (true)
        {
            try
            {
                return await call(args, attempts, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // No later attempt could succeed.
                ThrowIfClosed(e);
                var failure = RecordAndTranslate(e, key, cancellationToken) ?? e;
                if (failure is RemoteStoreException typed)
                {
                    if (await attempts.WaitAsync(typed, cancellationToken).ConfigureAwait(false))
                        continue;
                    failure = attempts.FinalError(typed);
                }

                if (failure == e)
                    throw;
                throw failure;
            }
        }
    }

    private IStoreGrain OfStore => grains.GetGrain<IStoreGrain>(store);

    private IPathGrain Path(string key) => _paths.Get(store, key);

    private Exception? RecordAndTranslate(Exception e, string? key, CancellationToken cancellationToken)
    {
        var failure = Translate(e, key, cancellationToken);
        if (failure is BackendUnavailableException { InnerException: TimeoutException })
            TimeoutTracker.Note();
        return failure;
    }

    private Exception? Translate(Exception e, string? key, CancellationToken cancellationToken) =>
        e switch
        {
            OperationCanceledException when !cancellationToken.IsCancellationRequested => ClusterErrors.Translate(
                new TimeoutException(e.Message, e),
                key,
                store
            ),
            OperationCanceledException when e is not OperationCanceledException { CancellationToken.IsCancellationRequested: true } =>
                new OperationCanceledException(e.Message, e, cancellationToken),
            _ => ClusterErrors.Translate(e, key, store),
        };
}
