using Microsoft.Extensions.Logging;

namespace RemoteStore.Sftp.Sessions;

/// <summary>The log lines of this backend. None has contents or credentials.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Backend}: a session has begun; the server offers {Extensions}")]
    internal static partial void Begun(ILogger logger, string backend, string extensions);

    [LoggerMessage(2, LogLevel.Warning, "{Backend}: a session was lost ({Code}): {Reason} {Words}")]
    internal static partial void Lost(ILogger logger, string backend, string code, string reason, string words);

    [LoggerMessage(7, LogLevel.Warning, "{Backend}: a session could not be started")]
    internal static partial void NotStarted(ILogger logger, Exception cause, string backend);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "{Backend}: {Path} could not be restored after a replacement or deletion that failed; its content is {Backup}"
    )]
    internal static partial void NotRestored(ILogger logger, string backend, string path, string backup);

    [LoggerMessage(5, LogLevel.Warning, "{Backend}: a further session could not be opened, and none is tried for {Pause}: {Reason}")]
    internal static partial void NotGrown(ILogger logger, string backend, TimeSpan pause, string reason);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "{Backend}: the server cannot sync folders; names that were acknowledged may be lost when it fails"
    )]
    internal static partial void NotSynced(ILogger logger, string backend);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "{Backend}: the server makes no symbolic links, so late writers are not fenced off; conditions are not declared any longer"
    )]
    internal static partial void NotFenced(ILogger logger, string backend);
}
