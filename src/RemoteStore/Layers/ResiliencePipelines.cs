using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace RemoteStore;

/// <summary>
/// Builds a pipeline from <see cref="ResilienceOptions"/>: retry around a circuit breaker around a timeout for each attempt.
/// </summary>
internal sealed class ResiliencePipelines(ResilienceOptions options, string backend, ILogger logger)
{
    internal static readonly ResiliencePropertyKey<BackendCall> Call = new("remotestore.call");

    internal ResiliencePipeline Build(TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        if (options.MaxAttempts > 1)
            builder.AddRetry(Retry());
        if (options.BreakerFailureRatio > 0)
            builder.AddCircuitBreaker(Breaker());
        return builder.AddTimeout(Timeout()).Build();
    }

    private static bool IsTransient(Exception? exception) =>
        exception is TimeoutRejectedException or RemoteStoreException { IsTransient: true };

    private static BackendCall CallOf(ResilienceContext context) => context.Properties.GetValue(Call, default);

    private RetryStrategyOptions Retry() =>
        new()
        {
            MaxRetryAttempts = options.MaxAttempts - 1,
            Delay = options.BaseDelay,
            MaxDelay = options.MaxDelay,
            UseJitter = options.Jitter,
            BackoffType = DelayBackoffType.Exponential,
            ShouldHandle = args => new ValueTask<bool>(MayRepeat(args.Outcome.Exception, CallOf(args.Context))),
            DelayGenerator = static args => new ValueTask<TimeSpan?>((args.Outcome.Exception as RemoteStoreException)?.RetryAfter),
            OnRetry = args =>
            {
                var kind = (args.Outcome.Exception as RemoteStoreException)?.Kind.ToString() ?? "timeout";
                logger.Retrying(CallOf(args.Context).Operation, backend, args.AttemptNumber + 1, kind, args.RetryDelay.TotalMilliseconds);
                return default;
            },
        };

    private CircuitBreakerStrategyOptions Breaker() =>
        new()
        {
            FailureRatio = options.BreakerFailureRatio,
            MinimumThroughput = options.BreakerMinimumCalls,
            SamplingDuration = options.BreakerWindow,
            BreakDuration = options.BreakerPause,
            ShouldHandle = static args => new ValueTask<bool>(IsTransient(args.Outcome.Exception)),
            OnOpened = args =>
            {
                logger.BreakerOpened(backend, args.BreakDuration.TotalSeconds);
                return default;
            },
            OnClosed = _ =>
            {
                logger.BreakerClosed(backend);
                return default;
            },
        };

    private TimeoutStrategyOptions Timeout() =>
        new() { TimeoutGenerator = args => new ValueTask<TimeSpan>(LimitOf(CallOf(args.Context).Traits)) };

    private TimeSpan LimitOf(CallTraits traits)
    {
        var limit = traits.HasFlag(CallTraits.LongRunning) ? options.TransferTimeout : options.AttemptTimeout;
        return limit == TimeSpan.Zero ? System.Threading.Timeout.InfiniteTimeSpan : limit;
    }

    private bool MayRepeat(Exception? exception, BackendCall call)
    {
        var typed = exception as RemoteStoreException;
        return IsTransient(exception)
            && !call.Traits.HasFlag(CallTraits.Once)
            && (call.Traits.HasFlag(CallTraits.Retryable) || typed is { RefusedBeforeExecution: true })
            && !MayStillBeRead(exception, call)
            && !(typed?.RetryAfter > options.MaxDelay);
    }

    // An adapter returns a cancelled call before its thread has ended: two attempts could read the content concurrently.
    private static bool MayStillBeRead(Exception? exception, BackendCall call) =>
        call.Content is not null && exception is TimeoutRejectedException;
}
