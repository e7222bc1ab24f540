namespace RemoteStore.Sftp.Protocol;

/// <summary>The server broke the protocol. The session cannot be trusted any longer.</summary>
internal sealed class ProtocolException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The server refused a request. The session can be used further.</summary>
/// <param name="code">The server's code.</param>
/// <param name="text">The server's own words, which callers of a store never see.</param>
/// <param name="neededRoom">Whether the request needed room on the server's disk.</param>
internal sealed class StatusException(StatusCode code, string text, bool neededRoom = false)
    : IOException($"The server answered {code}: {text}")
{
    internal StatusCode Code => code;

    internal bool NeededRoom => neededRoom;
}

/// <summary>The session is gone, and with it every request on it that had no answer.</summary>
internal sealed class SessionLostException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The code of the error: one of <see cref="ErrorCodes"/> or <see cref="SftpErrorCodes"/>.</summary>
    internal string Code { get; init; } = SftpErrorCodes.SessionLost;

    /// <summary>Whether connecting again may help.</summary>
    internal bool IsTransient { get; init; } = true;

    /// <summary>Whether the server refused the credentials.</summary>
    internal bool IsDenied { get; init; }

    /// <summary>The transport's own words. They may name users and hosts, so they go to the log and never into a message.</summary>
    internal string Words { get; init; } = "";

    /// <summary>Whether no request can have reached the server.</summary>
    internal bool NeverConnected { get; init; }
}
