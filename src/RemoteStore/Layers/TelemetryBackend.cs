using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RemoteStore;

/// <summary>
/// Emits for every call a span, its duration with the outcome, its bytes, and log entries. Names: docs/observability.md. For backends that
/// are used without a store: stores measure their calls themselves, so under a store use <see cref="TelemetrySignals.Logs"/> only.
/// </summary>
public sealed class TelemetryBackend : InterceptingBackend
{
    private readonly OperationObserver _observer;

    /// <summary>Creates the layer; no I/O happens.</summary>
    /// <param name="inner">The backend below; closed with the layer.</param>
    /// <param name="logger">Receives the log entries; default none.</param>
    /// <param name="signals">What to emit; default all.</param>
    public TelemetryBackend(AsyncBackend inner, ILogger<TelemetryBackend>? logger = null, TelemetrySignals signals = TelemetrySignals.All)
        : base(inner)
    {
        _observer = new OperationObserver(
            inner.Name,
            signals.HasFlag(TelemetrySignals.Measurements),
            signals.HasFlag(TelemetrySignals.Logs) && logger is not null ? logger : NullLogger<TelemetryBackend>.Instance
        );
    }

    /// <inheritdoc/>
    public override async ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var stream = await base.ReadAsync(key, options, cancellationToken).ConfigureAwait(false);
        return _observer.Measures ? new CountingReadStream(stream, Operations.Read, Name) : stream;
    }

    /// <inheritdoc/>
    public override async ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new ObservedAsyncWriter(await base.OpenAtomicAsync(key, options, cancellationToken).ConfigureAwait(false), key, _observer);

    /// <inheritdoc/>
    public override async ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        new ObservedAsyncWriter(await base.ResumeAtomicAsync(key, point, options, cancellationToken).ConfigureAwait(false), key, _observer);

    /// <summary>A listing, reported as one operation that lasts until the enumeration ends.</summary>
    /// <param name="key">The folder.</param>
    /// <param name="options">What to list.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    public override async IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var observed = _observer.Start(new BackendCall(Operations.List, key, CallTraits.Retryable));
        IAsyncEnumerator<RemoteEntry>? enumerator = null;
        try
        {
            while (true)
            {
                try
                {
                    enumerator ??= Inner.ListAsync(key, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    if (!await enumerator.MoveNextAsync().ConfigureAwait(false))
                        break;
                }
                catch (Exception e)
                {
                    observed.Fail(e);
                    throw;
                }

                yield return enumerator.Current;
            }
        }
        finally
        {
            observed.Succeed(0);
            if (enumerator is not null)
                await enumerator.DisposeAsync().ConfigureAwait(false);
        }
    }

    private protected override ValueTask<T> RunAsync<TArgs, T>(
        BackendCall call,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken token
    ) => _observer.RunAsync(call, (Inner, args, run), static (a, t) => a.run(a.Inner, a.args, t), token);
}
