using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>The failures of a session that its transport does not explain.</summary>
internal static class SessionFailures
{
    internal static SessionLostException ConnectTimedOut(TimeSpan budget) =>
        new($"The server did not start a session within {budget.TotalSeconds:0.###} s.")
        {
            Code = SftpErrorCodes.ConnectTimeout,
            NeverConnected = true,
        };

    internal static SessionLostException Silent(TimeSpan timeout) =>
        new($"The server sent no data for {timeout.TotalSeconds:0.###} s.") { Code = SftpErrorCodes.RequestTimeout };

    internal static SessionLostException Broken(IOException cause) => new(cause.Message, cause) { Code = ErrorCodes.MalformedResponse };

    internal static SessionLostException Closed() => new("The backend was closed during the call.") { Code = ErrorCodes.Closed };

    /// <summary>A copy of the failure for another caller: an exception thrown by several threads would mix their stack traces.</summary>
    internal static SessionLostException Again(SessionLostException lost) =>
        new(lost.Message, lost)
        {
            Code = lost.Code,
            Words = lost.Words,
            IsTransient = lost.IsTransient,
            IsDenied = lost.IsDenied,
            NeverConnected = lost.NeverConnected,
        };
}
