using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace RemoteStore;

/// <summary>
/// Retries calls that failed with a transient error and are safe to repeat, limits the time of each attempt and the number of calls in
/// flight, and opens a circuit breaker when a backend keeps failing. What is retried, what is not, and why: docs/resilience.md.
/// </summary>
/// <remarks>
/// Opening a stream or a writer is guarded; later calls on it are not, so a partially read stream never restarts. An attempt that times out
/// becomes a transient <see cref="BackendUnavailableException"/>. The backend below must honour its cancellation token, because the layer
/// waits until the call has ended. The caller's own cancellation passes unchanged and is never retried.
/// </remarks>
public sealed class ResilientBackend : InterceptingBackend
{
    private readonly ResiliencePipeline _pipeline;
    private readonly ConcurrencyLimiter? _bulkhead;

    /// <summary>Creates the layer; no I/O happens.</summary>
    /// <param name="inner">The backend below; closed with the layer.</param>
    /// <param name="options">The limits; null for the defaults. Later changes have no effect.</param>
    /// <param name="clock">The time provider; default the system's clock.</param>
    /// <param name="logger">Logs retries and circuit breaker changes; default none.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public ResilientBackend(
        AsyncBackend inner,
        ResilienceOptions? options = null,
        TimeProvider? clock = null,
        ILogger<ResilientBackend>? logger = null
    )
        : base(inner)
    {
        options ??= new ResilienceOptions();
        if (options.Validate().FirstOrDefault() is { Property: { } property, Fault: var fault })
            throw new ArgumentException($"{property} {fault}", nameof(options));
        _pipeline = new ResiliencePipelines(options, inner.Name, logger ?? NullLogger<ResilientBackend>.Instance).Build(
            clock ?? TimeProvider.System
        );
        _bulkhead =
            options.MaxConcurrency == 0
                ? null
                : new ConcurrencyLimiter(
                    new ConcurrencyLimiterOptions { PermitLimit = options.MaxConcurrency, QueueLimit = options.MaxQueue }
                );
    }

    /// <summary>A listing made of single pages, each of them guarded on its own.</summary>
    /// <param name="key">The folder.</param>
    /// <param name="options">What to list.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PagedListing.EnumerateAsync(this, key, options, cancellationToken);

    private protected override async ValueTask<T> RunAsync<TArgs, T>(
        BackendCall call,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken token
    )
    {
        using var permit = _bulkhead is null ? null : await _bulkhead.AcquireAsync(1, token).ConfigureAwait(false);
        if (permit is { IsAcquired: false })
            throw Unavailable(
                "Concurrency limit reached: MaxConcurrency calls are running and MaxQueue calls are queued. Retry later.",
                call,
                null,
                refused: true
            );
        var context = ResilienceContextPool.Shared.Get(token);
        context.Properties.Set(ResiliencePipelines.Call, call);
        try
        {
            return await _pipeline
                .ExecuteAsync(
                    static (c, a) => a.RunAsync(c.CancellationToken),
                    context,
                    new Attempts<TArgs, T>(Inner, args, run, call.Content)
                )
                .ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            throw TimedOut(call, e);
        }
        catch (BrokenCircuitException e)
        {
            throw Unavailable(
                "Circuit breaker open: the backend keeps failing. Wait for RetryAfter, then retry.",
                call,
                e,
                refused: true,
                e.RetryAfter
            );
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private BackendUnavailableException TimedOut(BackendCall call, TimeoutRejectedException cause)
    {
        var outcome = call.Traits.HasFlag(CallTraits.Mutation) ? " Whether the change was applied is unknown." : "";
        return Unavailable(
            FormattableString.Invariant($"The call timed out after {cause.Timeout.TotalSeconds:0.###} s.{outcome}"),
            call,
            cause,
            refused: false
        );
    }

    private BackendUnavailableException Unavailable(
        string message,
        BackendCall call,
        Exception? cause,
        bool refused,
        TimeSpan? retryAfter = null
    ) => new(message, call.Key, Name, cause) { RefusedBeforeExecution = refused, RetryAfter = retryAfter };

    /// <summary>The attempts of one call. Each one rewinds the content to where the first one started.</summary>
    private sealed class Attempts<TArgs, T>(
        AsyncBackend backend,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run,
        Stream? content
    )
    {
        private readonly long _start = content is { CanSeek: true } ? content.Position : 0;
        private bool _again;

        internal ValueTask<T> RunAsync(CancellationToken token)
        {
            if (_again && content is not null)
                content.Position = _start;
            _again = true;
            return run(backend, args, token);
        }
    }
}
