using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>The log messages of the bridges.</summary>
internal static partial class BridgeLog
{
    [LoggerMessage(1, LogLevel.Warning, "Closed backend {Backend} after {Timeout} with {Count} unfinished operation(s): {Operations}")]
    internal static partial void Unfinished(ILogger logger, string backend, TimeSpan timeout, int count, string operations);

    [LoggerMessage(2, LogLevel.Warning, "Failed to close backend {Backend}")]
    internal static partial void CloseFailed(ILogger logger, string backend, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Failed to dispose an abandoned stream, listing or writer of backend {Backend}")]
    internal static partial void DisposeFailed(ILogger logger, string backend, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "Failed to run work on the private loop of backend {Backend}")]
    internal static partial void PostedWorkFailed(ILogger logger, string backend, Exception exception);
}
