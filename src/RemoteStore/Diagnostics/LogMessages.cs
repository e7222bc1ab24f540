using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>All that the core writes to logs. Never contents, credentials, options, or the text of native errors.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Debug, "{Operation} '{Path}' on {Backend}")]
    internal static partial void Started(this ILogger logger, string operation, string? path, string backend);

    [LoggerMessage(2, LogLevel.Information, "{Operation} '{Path}' on {Backend} done, {Bytes} bytes")]
    internal static partial void Changed(this ILogger logger, string operation, string? path, string backend, long bytes);

    [LoggerMessage(3, LogLevel.Warning, "{Operation} '{Path}' on {Backend} failed: {Outcome} {Code}")]
    internal static partial void Failed(this ILogger logger, string operation, string? path, string backend, string outcome, string? code);

    [LoggerMessage(4, LogLevel.Debug, "{Operation} '{Path}' on {Backend} was cancelled by its caller")]
    internal static partial void Cancelled(this ILogger logger, string operation, string? path, string backend);

    [LoggerMessage(11, LogLevel.Debug, "{Operation} '{Path}' on {Backend} answered: {Outcome}")]
    internal static partial void Answered(this ILogger logger, string operation, string? path, string backend, string outcome);

    [LoggerMessage(5, LogLevel.Warning, "{Operation} on {Backend}: try {Attempt} failed ({Outcome}), again in {DelayMilliseconds} ms")]
    internal static partial void Retrying(
        this ILogger logger,
        string operation,
        string backend,
        int attempt,
        string outcome,
        double delayMilliseconds
    );

    [LoggerMessage(6, LogLevel.Warning, "{Backend} keeps failing: no calls for {Seconds} s")]
    internal static partial void BreakerOpened(this ILogger logger, string backend, double seconds);

    [LoggerMessage(7, LogLevel.Information, "{Backend} answers again")]
    internal static partial void BreakerClosed(this ILogger logger, string backend);

    [LoggerMessage(8, LogLevel.Information, "Backend {Backend} of type {BackendType} created")]
    internal static partial void BackendCreated(this ILogger logger, string backend, string backendType);

    [LoggerMessage(9, LogLevel.Warning, "Backend {Backend} could not be closed: {Outcome}")]
    internal static partial void CloseFailed(this ILogger logger, string backend, string outcome);

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "Backend {Backend}: its mount cannot sync (fsync), so what is acknowledged may be lost when the machine fails"
    )]
    internal static partial void CannotSync(this ILogger logger, string backend);

    [LoggerMessage(
        11,
        LogLevel.Warning,
        "Backend {Backend}: the kernel does not keep links inside the root (no openat2), so nobody else may write below it; "
            + "RequireContainment refuses this"
    )]
    internal static partial void NotContained(this ILogger logger, string backend);

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "Backend {Backend}: its mount does not distinguish {Folding}, so keys that differ only in that are one file"
    )]
    internal static partial void NamesAreFolded(this ILogger logger, string backend, string folding);
}
