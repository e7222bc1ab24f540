using Microsoft.Extensions.Logging;

namespace RemoteStore.Sftp.Sessions;

/// <summary>The log messages of this backend. They never contain file contents or credentials.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(1, LogLevel.Debug, "Opened session of {Backend}; server extensions: {Extensions}")]
    internal static partial void Begun(ILogger logger, string backend, string extensions);

    [LoggerMessage(2, LogLevel.Warning, "Lost session of {Backend} ({Code}): {Reason} {Words}")]
    internal static partial void Lost(ILogger logger, string backend, string code, string reason, string words);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Failed to restore {Path} of {Backend} after a failed replacement or deletion; its content is kept as {Backup}"
    )]
    internal static partial void NotRestored(ILogger logger, string backend, string path, string backup);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "Disabled the fence of {Backend}: the server does not support symbolic links, so late writes are not refused "
            + "and conditions are not declared"
    )]
    internal static partial void NotFenced(ILogger logger, string backend);

    [LoggerMessage(5, LogLevel.Warning, "Failed to open a further session of {Backend}; the next attempt is in {Pause}: {Reason}")]
    internal static partial void NotGrown(ILogger logger, string backend, TimeSpan pause, string reason);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "Disabled folder syncs of {Backend}: the server does not support them; acknowledged names may be lost when the server crashes"
    )]
    internal static partial void NotSynced(ILogger logger, string backend);

    [LoggerMessage(7, LogLevel.Warning, "Failed to start a session of {Backend}")]
    internal static partial void NotStarted(ILogger logger, Exception cause, string backend);
}
