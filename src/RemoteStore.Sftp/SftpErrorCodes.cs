namespace RemoteStore;

/// <summary>
/// The values of <see cref="RemoteStoreException.Code"/> that only <see cref="SftpBackend"/> gives, in addition to
/// <see cref="ErrorCodes"/>. Stable across versions.
/// </summary>
public static class SftpErrorCodes
{
    /// <summary>The server presented another key than the known one. Not applied; check the server before you trust it.</summary>
    public const string HostKeyChanged = "HostKeyChanged";

    /// <summary>The server presented a key that is not known, and only known keys are accepted. Not applied.</summary>
    public const string HostKeyUnknown = "HostKeyUnknown";

    /// <summary>The OpenSSH client refused the key of the server. Not applied.</summary>
    public const string HostKeyRefused = "HostKeyRefused";

    /// <summary>The server and the OpenSSH client have no algorithm in common. Not applied.</summary>
    public const string NoCommonAlgorithm = "NoCommonAlgorithm";

    /// <summary>The name of the server could not be resolved. Not applied.</summary>
    public const string HostNotFound = "HostNotFound";

    /// <summary>The server refused the connection. Not applied.</summary>
    public const string ConnectionRefused = "ConnectionRefused";

    /// <summary>The server does not offer SFTP. Not applied.</summary>
    public const string NoSftp = "NoSftp";

    /// <summary>The OpenSSH client could not be started. Not applied; install it, or set SshCommand.</summary>
    public const string NoSshClient = "NoSshClient";

    /// <summary>The OpenSSH client could not run the helper program for the password. Not applied; see AskPassPath.</summary>
    public const string NoAskPass = "NoAskPass";

    /// <summary>The backend was created without a way to connect. Not applied.</summary>
    public const string NoTransport = "NoTransport";

    /// <summary>The server ended the connection before a session began. Not applied.</summary>
    public const string NotConnected = "NotConnected";

    /// <summary>The server refused the credentials. Not applied.</summary>
    public const string LoginDenied = "LoginDenied";

    /// <summary>No session began within ConnectTimeout. Not applied.</summary>
    public const string ConnectTimeout = "ConnectTimeout";

    /// <summary>The server sent nothing within RequestTimeout while a response was due. Whether a change was applied is unknown.</summary>
    public const string RequestTimeout = "RequestTimeout";

    /// <summary>The connection was lost. Whether a change was applied is unknown.</summary>
    public const string SessionLost = "SessionLost";

    /// <summary>The server reports no size of the file, or an impossible one. Nothing was read.</summary>
    public const string NoSize = "NoSize";

    /// <summary>The server reports no modification time, which the fence needs. Not applied; see Fence.</summary>
    public const string NoTime = "NoTime";
}
