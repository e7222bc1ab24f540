using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>Emits the telemetry of operations on one backend: spans and metrics if it measures, and log entries.</summary>
internal sealed class OperationObserver(string backend, bool measures, ILogger logger)
{
    internal bool Measures => measures;

    internal ObservedOperation Start(BackendCall call) => new(call, backend, measures && OperationScope.IsObserved, logger);

    internal async ValueTask<T> RunAsync<TArgs, T>(
        BackendCall call,
        TArgs args,
        Func<TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken token
    )
    {
        var observed = Start(call);
        try
        {
            var result = await run(args, token).ConfigureAwait(false);
            observed.Succeed(BytesOf(result));
            return result;
        }
        catch (Exception e)
        {
            observed.Fail(e);
            throw;
        }
    }

    private static long BytesOf<T>(T result) =>
        result switch
        {
            WriteResult written => written.Size,
            byte[] bytes => bytes.Length,
            _ => 0,
        };
}

/// <summary>One operation that is being observed; only the first outcome counts.</summary>
internal sealed class ObservedOperation
{
    private readonly BackendCall _call;
    private readonly string _backend;
    private readonly ILogger _logger;
    private readonly OperationScope? _scope;
    private bool _ended;

    internal ObservedOperation(BackendCall call, string backend, bool measured, ILogger logger)
    {
        _call = call;
        _backend = backend;
        _logger = logger;
        _scope = measured ? OperationScope.Start(call.Operation, backend, call.Key) : null;
        if (logger.IsEnabled(LogLevel.Debug))
            logger.Started(call.Operation, Path, backend);
    }

    private string? Path => _call.Key is { } key ? PathRules.Printable(key) : null;

    internal void Succeed(long bytes)
    {
        if (!End())
            return;
        _scope?.Succeed(bytes);
        if (_call.Traits.HasFlag(CallTraits.Mutation) && _logger.IsEnabled(LogLevel.Information))
            _logger.Changed(_call.Operation, Path, _backend, bytes);
    }

    internal void Fail(Exception exception)
    {
        if (!End())
            return;
        _scope?.Fail(exception);
        if (exception is OperationCanceledException)
            _logger.Cancelled(_call.Operation, Path, _backend);
        else if (OutcomeErrors.IsOutcome(exception))
            _logger.Answered(_call.Operation, Path, _backend, OperationScope.OutcomeOf(exception));
        else
            _logger.Failed(_call.Operation, Path, _backend, OperationScope.OutcomeOf(exception), CodeOf(exception));
    }

    private bool End() => !_ended && (_ended = true);

    private static string? CodeOf(Exception exception) => exception is RemoteStoreException error ? error.Code ?? error.NativeCode : null;
}
