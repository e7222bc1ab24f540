namespace RemoteStore.Cli;

/// <summary>The exit codes of the process. Documented in docs/cli.md.</summary>
internal static class ExitCodes
{
    internal const int Ok = 0;
    internal const int Failed = 1;
    internal const int Usage = 2;
    internal const int NotFound = 3;
    internal const int Conflict = 4;
    internal const int Denied = 5;
    internal const int Unavailable = 6;
    internal const int Cancelled = 130;

    // The code that a shell reports for a program ended by SIGPIPE.
    internal const int BrokenPipe = 141;

    internal static int Of(Exception exception) =>
        exception switch
        {
            OperationCanceledException => Cancelled,
            BrokenPipeException => BrokenPipe,
            RemoteStoreException typed => Of(typed.Kind),
            FileNotFoundException or DirectoryNotFoundException => NotFound,
            UnauthorizedAccessException => Denied,
            ArgumentException => Usage,
            _ => Failed,
        };

    private static int Of(RemoteErrorKind kind) =>
        kind switch
        {
            RemoteErrorKind.NotFound => NotFound,
            RemoteErrorKind.AlreadyExists
            or RemoteErrorKind.PreconditionFailed
            or RemoteErrorKind.FolderNotEmpty
            or RemoteErrorKind.ResourceLocked => Conflict,
            RemoteErrorKind.PermissionDenied => Denied,
            RemoteErrorKind.InvalidPath => Usage,
            RemoteErrorKind.BackendUnavailable => Unavailable,
            _ => Failed,
        };
}
