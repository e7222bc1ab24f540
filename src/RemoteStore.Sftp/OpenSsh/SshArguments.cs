using System.Globalization;

namespace RemoteStore.Sftp;

/// <summary>
/// The command line of the OpenSSH client. Configuration files of the user and the system are ignored; only these
/// arguments apply. They never contain credentials, because every user of the machine can read them.
/// </summary>
internal static class SshArguments
{
    internal static List<string> For(SftpBackendOptions options, ConnectFiles files)
    {
        List<string> arguments = ["-F", "none", "-T", "-p", Number(options.Port), "-l", options.User];
        foreach (var setting in Fixed.Concat(HostKeys(options, files)).Concat(Login(options, files)).Concat(Timing(options)))
            arguments.AddRange(["-o", setting]);
        if (options.AllowLegacyRsa)
            arguments.AddRange(["-o", "HostKeyAlgorithms=+ssh-rsa", "-o", "PubkeyAcceptedAlgorithms=+ssh-rsa"]);
        arguments.AddRange(["-s", "--", options.Host, "sftp"]);
        return arguments;
    }

    private static readonly string[] Fixed =
    [
        "LogLevel=ERROR",
        "ClearAllForwardings=yes",
        "ForwardAgent=no",
        "ForwardX11=no",
        "PermitLocalCommand=no",
        "ControlMaster=no",
        "ControlPath=none",
        "Compression=no",
        "EscapeChar=none",
        "NumberOfPasswordPrompts=1",
        "UpdateHostKeys=no",
        "CheckHostIP=no",
        "CanonicalizeHostname=no",
        "HashKnownHosts=no",
    ];

    private static IEnumerable<string> HostKeys(SftpBackendOptions options, ConnectFiles files)
    {
        yield return options.HostKeyPolicy switch
        {
            HostKeyPolicy.Auto => "StrictHostKeyChecking=no",
            HostKeyPolicy.Tofu => "StrictHostKeyChecking=accept-new",
            _ => "StrictHostKeyChecking=yes",
        };
        var file = options.HostKeyPolicy == HostKeyPolicy.Auto ? "/dev/null" : files.KnownHosts ?? options.KnownHostsFile;
        if (file is null)
            yield break;
        yield return $"UserKnownHostsFile={Quoted(file)}";
        yield return "GlobalKnownHostsFile=/dev/null";
    }

    private static IEnumerable<string> Login(SftpBackendOptions options, ConnectFiles files)
    {
        var key = files.PrivateKey ?? options.PrivateKeyFile;
        var methods = new List<string>();
        // Without credentials the agent and the default keys of the user are used, as the client itself would.
        if (key is not null || options.Password is null)
            methods.Add("publickey");
        if (options.Password is not null)
            methods.AddRange(["password", "keyboard-interactive"]);
        yield return $"PreferredAuthentications={string.Join(',', methods)}";
        yield return $"PubkeyAuthentication={(methods[0] == "publickey" ? "yes" : "no")}";
        yield return $"PasswordAuthentication={(options.Password is null ? "no" : "yes")}";
        yield return $"KbdInteractiveAuthentication={(options.Password is null ? "no" : "yes")}";
        if (key is not null)
        {
            yield return $"IdentityFile={Quoted(key)}";
            yield return "IdentitiesOnly=yes";
            yield return "IdentityAgent=none";
        }

        yield return $"BatchMode={(files.AskPass is null ? "yes" : "no")}";
    }

    private static IEnumerable<string> Timing(SftpBackendOptions options)
    {
        yield return $"ConnectTimeout={Number((int)Math.Ceiling(options.ConnectTimeout.TotalSeconds))}";
        yield return $"ServerAliveInterval={Number((int)options.KeepAlive.TotalSeconds)}";
        yield return "ServerAliveCountMax=3";
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    // The client splits the value at spaces, unquotes it and expands percent signs.
    private static string Quoted(string path) => $"\"{path.Replace("%", "%%", StringComparison.Ordinal)}\"";
}
