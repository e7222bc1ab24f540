using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp;

/// <summary>Reads the last words of the OpenSSH client. Its messages are never translated.</summary>
internal static class SshFailure
{
    /// <summary>What the client's words begin with when its helper for passwords cannot be run.</summary>
    internal const string HelperWord = "ssh_askpass:";

    private static readonly (string Text, string Code, bool IsTransient)[] Known =
    [
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", "HostKeyChanged", false),
        ("host key is known for", "HostKeyUnknown", false),
        ("Host key verification failed", "HostKeyRefused", false),
        ("no matching host key type", "NoCommonAlgorithm", false),
        ("no matching", "NoCommonAlgorithm", false),
        ("Could not resolve hostname", "HostNotFound", true),
        ("Connection refused", "ConnectionRefused", true),
        ("subsystem request failed", "NoSftp", false),
        ("failed to execute", "NoSshClient", false),
        ("Connection timed out", "ConnectTimeout", true),
        ("timed out", "ConnectTimeout", true),
    ];

    internal static SessionLostException From(string words, bool connected)
    {
        var line = LastLine(words);
        if (connected)
            return new SessionLostException(line.Length == 0 ? "The server ended the connection." : $"The connection was lost: {line}");
        if (words.Contains(HelperWord, StringComparison.Ordinal))
            return NoHelper(words);
        if (words.Contains("Permission denied", StringComparison.Ordinal) || words.Contains("Too many authentication failures", StringComparison.Ordinal))
            return new SessionLostException($"The server refused the login: {line}") { Code = "LoginDenied", IsDenied = true, IsTransient = false, NeverConnected = true };
        var known = Known.FirstOrDefault(k => words.Contains(k.Text, StringComparison.Ordinal));
        var message = known.Code switch
        {
            "HostKeyChanged" => "The server's key is not the one that is known for it. Somebody may be in between, or the server was set up anew.",
            "HostKeyUnknown" => "The server's key is not known, and only known keys are accepted.",
            _ => line.Length == 0 ? "The server ended the connection before a session began." : $"No session could be started: {line}",
        };
        return new SessionLostException(message) { Code = known.Code ?? "NotConnected", IsTransient = known.Code is null || known.IsTransient, NeverConnected = true };
    }

    // Its reason may be "Permission denied" too, and the login is denied after it for want of a password.
    private static SessionLostException NoHelper(string words)
    {
        var line = LastLine(string.Join('\n', words.Split('\n').Where(l => l.Contains(HelperWord, StringComparison.Ordinal))));
        return new SessionLostException(
            $"The OpenSSH client could not run the helper that tells it the password or passphrase ({line}). Give it one in AskPassPath, call SshAskPass.TryAnswer in this"
            + " program's Main, or use a key without a passphrase.")
        {
            Code = "NoAskPass",
            IsTransient = false,
            NeverConnected = true,
        };
    }

    private static string LastLine(string words) =>
        PathRules.Printable(words.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "");
}
