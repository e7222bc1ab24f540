using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>The log messages of the core. They contain no contents, credentials, options, or texts of native errors.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Debug, "Started {Operation} '{Path}' on {Backend}")]
    internal static partial void Started(this ILogger logger, string operation, string? path, string backend);

    [LoggerMessage(2, LogLevel.Information, "Completed {Operation} '{Path}' on {Backend}, {Bytes} bytes")]
    internal static partial void Changed(this ILogger logger, string operation, string? path, string backend, long bytes);

    [LoggerMessage(3, LogLevel.Warning, "Failed {Operation} '{Path}' on {Backend}: {Outcome} {Code}")]
    internal static partial void Failed(this ILogger logger, string operation, string? path, string backend, string outcome, string? code);

    [LoggerMessage(4, LogLevel.Debug, "Cancelled {Operation} '{Path}' on {Backend} as requested by the caller")]
    internal static partial void Cancelled(this ILogger logger, string operation, string? path, string backend);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "Retrying {Operation} on {Backend} in {DelayMilliseconds} ms: attempt {Attempt} failed ({Outcome})"
    )]
    internal static partial void Retrying(
        this ILogger logger,
        string operation,
        string backend,
        int attempt,
        string outcome,
        double delayMilliseconds
    );

    [LoggerMessage(6, LogLevel.Warning, "Opened circuit breaker of {Backend} for {Seconds} s: the backend keeps failing")]
    internal static partial void BreakerOpened(this ILogger logger, string backend, double seconds);

    [LoggerMessage(7, LogLevel.Information, "Closed circuit breaker of {Backend}: the backend responds again")]
    internal static partial void BreakerClosed(this ILogger logger, string backend);

    [LoggerMessage(8, LogLevel.Information, "Created backend {Backend} of type {BackendType}")]
    internal static partial void BackendCreated(this ILogger logger, string backend, string backendType);

    [LoggerMessage(9, LogLevel.Warning, "Failed to close backend {Backend}: {Outcome}")]
    internal static partial void CloseFailed(this ILogger logger, string backend, string outcome);

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "Cannot sync backend {Backend}: its mount does not support fsync, so acknowledged changes may be lost when the machine fails"
    )]
    internal static partial void CannotSync(this ILogger logger, string backend);

    [LoggerMessage(11, LogLevel.Debug, "Answered {Operation} '{Path}' on {Backend}: {Outcome}")]
    internal static partial void Answered(this ILogger logger, string operation, string? path, string backend, string outcome);

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "Cannot keep links inside the root of backend {Backend}: openat2 is not available, so no other process may write below the root. "
            + "Set RequireContainment to reject this"
    )]
    internal static partial void NotContained(this ILogger logger, string backend);

    [LoggerMessage(
        13,
        LogLevel.Warning,
        "Detected a mount of backend {Backend} that does not distinguish {Folding}: keys that differ only in that are one file"
    )]
    internal static partial void NamesAreFolded(this ILogger logger, string backend, string folding);
}
