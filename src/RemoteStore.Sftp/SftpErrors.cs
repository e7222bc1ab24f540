using RemoteStore.Drivers;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp;

/// <summary>The single mapping from failures of sessions and status replies of servers to typed errors.</summary>
internal static class SftpErrors
{
    internal static RemoteStoreException? Classify(Exception exception, DriverOperation operation) =>
        exception switch
        {
            SessionLostException { IsDenied: true } e => new PermissionDeniedException(e.Message, inner: e) { Code = e.Code },
            SessionLostException e => Unavailable(e, e.Code, e.IsTransient, e.NeverConnected),
            ProtocolException e => Unavailable(e, ErrorCodes.MalformedResponse, true, false),
            StatusException e => FromStatus(e, operation),
            ObjectDisposedException e => Unavailable(e, ErrorCodes.Closed, true, false),
            _ => null,
        };

    /// <summary>Whether the session is lost, or could not be opened: other requests would fail as well.</summary>
    internal static bool IsOfSession(Exception exception) =>
        exception is SessionLostException or ProtocolException or ObjectDisposedException;

    internal static BackendUnavailableException NoSize() =>
        new("The server reports no size of the file, or an invalid one.") { Code = SftpErrorCodes.NoSize, IsTransient = false };

    internal static BackendUnavailableException NoTime() =>
        new(
            "The fence requires the file's time of last change, which the server does not report. "
                + "Set Fence to None if the folder has one writer."
        )
        {
            Code = SftpErrorCodes.NoTime,
            IsTransient = false,
        };

    private static RemoteStoreException Unavailable(Exception e, string code, bool transient, bool refused) =>
        RemoteStoreException.Create(
            RemoteErrorKind.BackendUnavailable,
            e.Message,
            inner: e,
            details: new ErrorDetails
            {
                Code = code,
                IsTransient = transient,
                RefusedBeforeExecution = refused,
            }
        );

    private static RemoteStoreException FromStatus(StatusException e, DriverOperation operation)
    {
        var (kind, text) = Meaning(e, operation);
        return RemoteStoreException.Create(kind, text, inner: e, details: new ErrorDetails { NativeCode = $"SSH_FX_{(uint)e.Code}" });
    }

    // Version 3 has one code for most failures: the request is more specific than the caller's operation.
    private static (RemoteErrorKind Kind, string Text) Meaning(StatusException e, DriverOperation operation) =>
        e.Code switch
        {
            StatusCode.NoSuchFile => (RemoteErrorKind.NotFound, "No file or folder exists at the path."),
            StatusCode.PermissionDenied => (RemoteErrorKind.PermissionDenied, "The server refused the access."),
            StatusCode.BadMessage when operation is DriverOperation.Stat or DriverOperation.Open or DriverOperation.List => (
                RemoteErrorKind.InvalidPath,
                "The server refused the path: it is too long, or contains characters that the server does not support."
            ),
            StatusCode.Failure when e.NeededRoom => (
                RemoteErrorKind.Other,
                "The server could not store the data and reported no reason: its disk or a quota may be full."
            ),
            StatusCode.Failure => (RemoteErrorKind.Other, "The server refused the request and reported no reason."),
            StatusCode.EndOfFile => (RemoteErrorKind.Other, "The server reported an unexpected end of the file."),
            StatusCode.BadMessage => (RemoteErrorKind.Other, "The server could not read the request."),
            StatusCode.Unsupported => (RemoteErrorKind.Other, "The server or its file system does not support the operation."),
            _ => (RemoteErrorKind.Other, $"The server refused the request with the status {(uint)e.Code}."),
        };
}
