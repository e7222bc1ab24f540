namespace RemoteStore.Sftp.Protocol;

/// <summary>The server violated the protocol. The session can no longer be used.</summary>
internal sealed class ProtocolException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The server refused a request. The session remains usable.</summary>
/// <param name="code">The status code of the server.</param>
/// <param name="text">The message of the server, which is never shown to callers of a store.</param>
/// <param name="neededRoom">Whether the request needed space on the server's disk.</param>
internal sealed class StatusException(StatusCode code, string text, bool neededRoom = false)
    : IOException($"The server answered {code}: {text}")
{
    internal StatusCode Code => code;

    internal bool NeededRoom => neededRoom;
}

/// <summary>The session was lost, and with it every unanswered request.</summary>
internal sealed class SessionLostException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The code of the error: one of <see cref="ErrorCodes"/> or <see cref="SftpErrorCodes"/>.</summary>
    internal string Code { get; init; } = SftpErrorCodes.SessionLost;

    /// <summary>Whether reconnecting may help.</summary>
    internal bool IsTransient { get; init; } = true;

    /// <summary>Whether the server refused the credentials.</summary>
    internal bool IsDenied { get; init; }

    /// <summary>
    /// The output of the transport. It may contain names of users and hosts, so it is only logged and never part of a message.
    /// </summary>
    internal string Words { get; init; } = "";

    /// <summary>Whether no request can have reached the server.</summary>
    internal bool NeverConnected { get; init; }
}
