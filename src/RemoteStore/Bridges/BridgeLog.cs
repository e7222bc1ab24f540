using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>What the bridges log.</summary>
internal static partial class BridgeLog
{
    [LoggerMessage(1, LogLevel.Warning, "Backend {Backend} was closed after {Timeout} with {Count} unfinished operation(s): {Operations}")]
    internal static partial void Unfinished(ILogger logger, string backend, TimeSpan timeout, int count, string operations);

    [LoggerMessage(2, LogLevel.Warning, "Closing backend {Backend} failed")]
    internal static partial void CloseFailed(ILogger logger, string backend, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Backend {Backend}: a stream, listing or writer nobody waits for could not be disposed")]
    internal static partial void DisposeFailed(ILogger logger, string backend, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "Backend {Backend}: work posted to the private loop failed")]
    internal static partial void PostedWorkFailed(ILogger logger, string backend, Exception exception);
}
