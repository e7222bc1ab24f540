namespace RemoteStore.Sftp.Protocol;

/// <summary>The server broke the protocol. The session cannot be trusted any more.</summary>
internal sealed class ProtocolException(string message) : IOException(message);

/// <summary>The server refused a request. The session goes on.</summary>
internal sealed class StatusException(StatusCode code, string text) : IOException($"The server answered {code}: {text}")
{
    internal StatusCode Code => code;
}

/// <summary>The session is gone, and with it every request on it that had no answer.</summary>
internal sealed class SessionLostException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>A short code for the error's NativeCode.</summary>
    internal string Code { get; init; } = "SessionLost";

    /// <summary>Whether connecting again may help.</summary>
    internal bool IsTransient { get; init; } = true;

    /// <summary>Whether the server refused the credentials.</summary>
    internal bool IsDenied { get; init; }

    /// <summary>Whether no request can have reached the server.</summary>
    internal bool NeverConnected { get; init; }
}
