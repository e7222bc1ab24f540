using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp;

/// <summary>Interprets the error output of the OpenSSH client, whose messages are never translated.</summary>
internal static class SshFailure
{
    /// <summary>The prefix of the client's message when its helper for passwords cannot be run.</summary>
    internal const string HelperWord = "ssh_askpass:";

    private static readonly (string Text, string Code, bool IsTransient, string Message)[] Known =
    [
        (
            "REMOTE HOST IDENTIFICATION HAS CHANGED",
            SftpErrorCodes.HostKeyChanged,
            false,
            "The host key differs from the known one: the server was reinstalled, or the connection is intercepted. Verify the key."
        ),
        (
            "host key is known for",
            SftpErrorCodes.HostKeyUnknown,
            false,
            "The host key is not known, and only known keys are accepted. Add it to HostKeys or KnownHostsFile."
        ),
        ("Host key verification failed", SftpErrorCodes.HostKeyRefused, false, "The host key was refused."),
        ("no matching", SftpErrorCodes.NoCommonAlgorithm, false, "The server and the OpenSSH client have no algorithm in common."),
        ("Could not resolve hostname", SftpErrorCodes.HostNotFound, true, "The server's name could not be resolved."),
        ("Connection refused", SftpErrorCodes.ConnectionRefused, true, "The server refused the connection."),
        ("subsystem request failed", SftpErrorCodes.NoSftp, false, "The server does not offer SFTP."),
        (
            "failed to execute",
            SftpErrorCodes.NoSshClient,
            false,
            "The OpenSSH client could not be started. Check that it is installed and that SshCommand is correct."
        ),
        ("timed out", SftpErrorCodes.ConnectTimeout, true, "The server did not answer in time."),
    ];

    private static readonly (string Text, string Code, bool IsTransient, string Message) Unknown = (
        "",
        SftpErrorCodes.NotConnected,
        true,
        "The server ended the connection before a session began."
    );

    /// <summary>
    /// Derives the failure of a session from the client's output. The output is kept for the log and is not part of the message.
    /// </summary>
    internal static SessionLostException From(string words, bool connected)
    {
        var line = LastLine(words);
        if (connected)
            return new SessionLostException("The connection to the server was lost.") { Words = line };
        if (words.Contains(HelperWord, StringComparison.Ordinal))
            return NoHelper(words);
        if (
            words.Contains("Permission denied", StringComparison.Ordinal)
            || words.Contains("Too many authentication failures", StringComparison.Ordinal)
        )
            return new SessionLostException("The server refused the login.")
            {
                Code = SftpErrorCodes.LoginDenied,
                IsDenied = true,
                IsTransient = false,
                NeverConnected = true,
                Words = line,
            };
        var known = Known.Where(k => words.Contains(k.Text, StringComparison.Ordinal)).Append(Unknown).First();
        return new SessionLostException(known.Message)
        {
            Code = known.Code,
            IsTransient = known.IsTransient,
            NeverConnected = true,
            Words = line,
        };
    }

    // The reason in the output may also be "Permission denied": without the password the login is denied as well.
    private static SessionLostException NoHelper(string words) =>
        new(
            "The OpenSSH client could not run the helper for the password or passphrase. Set AskPassPath, call "
                + "SshAskPass.TryAnswer in this"
                + " program's Main, or use a key without a passphrase."
        )
        {
            Code = SftpErrorCodes.NoAskPass,
            IsTransient = false,
            NeverConnected = true,
            Words = LastLine(string.Join('\n', words.Split('\n').Where(l => l.Contains(HelperWord, StringComparison.Ordinal)))),
        };

    private static string LastLine(string words) =>
        PathRules.Printable(
            words.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? ""
        );
}
