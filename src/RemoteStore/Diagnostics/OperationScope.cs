using System.Diagnostics;

namespace RemoteStore;

/// <summary>One running operation: a span, a duration with its outcome, and bytes. Costs next to nothing without listeners.</summary>
internal readonly struct OperationScope
{
    private readonly string _operation;
    private readonly string _backend;
    private readonly long _started;
    private readonly Activity? _activity;

    private OperationScope(string operation, string backend, string? path)
    {
        _operation = operation;
        _backend = backend;
        _started = Stopwatch.GetTimestamp();
        _activity = RemoteStoreDiagnostics.Source.HasListeners()
            ? RemoteStoreDiagnostics.Source.StartActivity($"store.{operation}", ActivityKind.Client)
            : null;
        _activity?.SetTag("remotestore.operation", operation).SetTag("remotestore.backend", backend).SetTag("remotestore.path", path);
    }

    internal static bool IsObserved =>
        RemoteStoreDiagnostics.Duration.Enabled || RemoteStoreDiagnostics.Bytes.Enabled || RemoteStoreDiagnostics.Source.HasListeners();

    internal static OperationScope Start(string operation, string backend, string? path) => new(operation, backend, path);

    internal static void AddBytes(long bytes, string operation, string backend)
    {
        if (bytes > 0)
            RemoteStoreDiagnostics.Bytes.Add(bytes, Tag("operation", operation), Tag("backend", backend));
    }

    internal void Succeed(long bytes)
    {
        AddBytes(bytes, _operation, _backend);
        End("ok");
    }

    internal void Fail(Exception exception)
    {
        _activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
        End(OutcomeOf(exception));
    }

    internal static string OutcomeOf(Exception exception) =>
        exception switch
        {
            RemoteStoreException typed => typed.Kind.ToString(),
            OperationCanceledException => "Cancelled",
            _ => exception.GetType().Name,
        };

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);

    private void End(string outcome)
    {
        var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        RemoteStoreDiagnostics.Duration.Record(seconds, Tag("operation", _operation), Tag("backend", _backend), Tag("outcome", outcome));
        _activity?.SetTag("remotestore.outcome", outcome);
        _activity?.Dispose();
    }
}
