using RemoteStore.Drivers;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp;

/// <summary>The one map from failures of sessions and answers of servers to the errors of the contract.</summary>
internal static class SftpErrors
{
    internal static RemoteStoreException? Classify(Exception exception, DriverOperation operation) => exception switch
    {
        SessionLostException { IsDenied: true } e => new PermissionDeniedException(e.Message, inner: e) { NativeCode = e.Code },
        SessionLostException e => Unavailable(e, e.Code, e.IsTransient, e.NeverConnected),
        ProtocolException e => Unavailable(e, "Protocol", true, false),
        StatusException e => FromStatus(e, operation),
        ObjectDisposedException e => Unavailable(e, "Closed", true, false),
        _ => null,
    };

    /// <summary>Whether the session is gone, or none was to be had: other requests would fail as well.</summary>
    internal static bool IsOfSession(Exception exception) => exception is SessionLostException or ProtocolException or ObjectDisposedException;

    private static RemoteStoreException Unavailable(Exception e, string code, bool transient, bool refused) => RemoteStoreException.Create(
        RemoteErrorKind.BackendUnavailable, e.Message, inner: e, nativeCode: code, isTransient: transient, refused: refused);

    private static RemoteStoreException FromStatus(StatusException e, DriverOperation operation)
    {
        var (kind, text) = Meaning(e.Code, operation);
        return RemoteStoreException.Create(kind, text ?? e.Message, inner: e, nativeCode: $"SSH_FX_{(uint)e.Code}");
    }

    private static (RemoteErrorKind Kind, string? Text) Meaning(StatusCode code, DriverOperation operation) => code switch
    {
        StatusCode.NoSuchFile => (RemoteErrorKind.NotFound, "Nothing stands at the path."),
        StatusCode.PermissionDenied => (RemoteErrorKind.PermissionDenied, "The server refused the access."),
        StatusCode.BadMessage when operation is DriverOperation.Stat or DriverOperation.Open or DriverOperation.List =>
            (RemoteErrorKind.InvalidPath, "The server does not take the path: it is too long, or has characters that it refuses."),
        StatusCode.Failure when operation is DriverOperation.Stage =>
            (RemoteErrorKind.Other, "The server could not keep the bytes and does not say why: its disk or a quota may be full."),
        StatusCode.Unsupported => (RemoteErrorKind.Other, "The server or its file system cannot do what was asked."),
        _ => (RemoteErrorKind.Other, null),
    };
}
