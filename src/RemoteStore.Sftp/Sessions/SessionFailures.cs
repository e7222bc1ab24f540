using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>The ways a session ends that no transport explains.</summary>
internal static class SessionFailures
{
    internal static SessionLostException ConnectTimedOut(TimeSpan budget) =>
        new($"The server did not start a session within {budget.TotalSeconds:0.###} s.")
        {
            Code = SftpErrorCodes.ConnectTimeout,
            NeverConnected = true,
        };

    internal static SessionLostException Silent(TimeSpan timeout) =>
        new($"The server was silent for {timeout.TotalSeconds:0.###} s.") { Code = SftpErrorCodes.RequestTimeout };

    internal static SessionLostException Broken(IOException cause) => new(cause.Message, cause) { Code = ErrorCodes.MalformedResponse };

    internal static SessionLostException Closed() => new("The backend was closed during the call.") { Code = ErrorCodes.Closed };

    /// <summary>The same failure for one more caller: an exception that several threads throw has nobody's stack.</summary>
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
