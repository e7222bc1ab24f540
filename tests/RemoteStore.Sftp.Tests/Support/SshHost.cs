using System.Diagnostics;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// A private OpenSSH server, on a free loopback port, with keys of its own. Run by root it lives in a mount namespace
/// of its own, where the list of users has one more, who has a password; nothing of the machine is changed.
/// </summary>
public class SshHost : IAsyncDisposable
{
    private const int TestUid = 65501;
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(5);
    private Process? _process;

    public string Folder { get; } = Directory.CreateTempSubdirectory("rs-sftp-tests-").FullName;

    public string User { get; } = IsRoot ? "rstest" : Environment.UserName;

    public string Password { get; } = $"pass {Guid.NewGuid():N}";

    public string Passphrase { get; } = $"phrase {Guid.NewGuid():N}";

    public int Port { get; private set; }

    public string KeyFile => Path.Combine(Folder, "user_key");

    public string LockedKeyFile => Path.Combine(Folder, "locked_key");

    /// <summary>The server's key, as a known_hosts file has it after the name.</summary>
    public string HostKey => File.ReadAllText(Path.Combine(Folder, "host_key.pub")).Trim();

    public string OtherKey => File.ReadAllText(Path.Combine(Folder, "user_key.pub")).Trim();

    public string Files => Path.Combine(Folder, "files");

    public string SftpServer { get; private set; } = "";

    public int ProcessId => _process!.Id;

    protected static bool IsRoot => Environment.UserName == "root";

    public SftpBackendOptions Options =>
        new()
        {
            Host = "127.0.0.1",
            Port = Port,
            User = User,
            PrivateKeyFile = KeyFile,
            HostKeys = HostKey,
            Root = NewRoot(),
        };

    public async Task InstallAndStartAsync()
    {
        await Run(Script, "install");
        SftpServer = (await Run(Script, "sftp-server")).Trim();
        await StartAsync();
    }

    /// <summary>An empty folder that the server's user owns.</summary>
    public string NewRoot()
    {
        var root = Path.Combine(Files, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(root);
        Own(root);
        return root;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
                folder = folder.Parent;
            return folder!.FullName;
        }
    }

    private static string Script => Path.Combine(Repository, "scripts", "servers", "sshd");

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Watchdog);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException((await error).Trim());
    }

    private async Task StartAsync()
    {
        Directory.CreateDirectory(Files);
        if (IsRoot)
            File.SetUnixFileMode(
                Folder,
                File.GetUnixFileMode(Folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead
            );
        await Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(Folder, "host_key"));
        await Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", KeyFile);
        await Run("ssh-keygen", "-q", "-t", "ed25519", "-N", Passphrase, "-f", LockedKeyFile);
        var keys = Path.Combine(Folder, "authorized_keys");
        await File.WriteAllTextAsync(keys, File.ReadAllText(KeyFile + ".pub") + File.ReadAllText(LockedKeyFile + ".pub"));
        Own(Files);
        Port = FreePorts.Next();
        var config = Path.Combine(Folder, "sshd_config");
        await File.WriteAllTextAsync(
            config,
            $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {Path.Combine(Folder, "host_key")}
            AuthorizedKeysFile {keys}
            StrictModes no
            UsePAM no
            PidFile none
            UseDNS no
            MaxStartups 200
            PasswordAuthentication yes
            Subsystem sftp internal-sftp

            """
        );
        await LaunchAsync((await Run(Script, "path")).Trim(), config);
    }

    private async Task LaunchAsync(string sshd, string config)
    {
        var start = IsRoot
            ? new ProcessStartInfo("unshare", ["-m", "/bin/sh", "-c", await UsersAsync() + $"exec {sshd} -D -e -f {config}"])
            : new ProcessStartInfo(sshd, ["-D", "-e", "-f", config]);
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        var words = new List<string>();
        while (await _process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) is { } line)
        {
            words.Add(line);
            if (line.StartsWith("Server listening", StringComparison.Ordinal))
            {
                _ = _process.StandardError.ReadToEndAsync();
                return;
            }
        }

        throw new InvalidOperationException(string.Join(' ', words));
    }

    /// <summary>The commands that give the server's namespace its own list of users.</summary>
    private async Task<string> UsersAsync()
    {
        var hash = (await Run("openssl", "passwd", "-6", Password)).Trim();
        var (passwd, shadow) = (Path.Combine(Folder, "passwd"), Path.Combine(Folder, "shadow"));
        await File.WriteAllTextAsync(
            passwd,
            $"{(await File.ReadAllTextAsync("/etc/passwd")).TrimEnd()}\n{User}:x:{TestUid}:{TestUid}::{Files}:/bin/sh\n"
        );
        await File.WriteAllTextAsync(
            shadow,
            $"{(await File.ReadAllTextAsync("/etc/shadow")).TrimEnd()}\n{User}:{hash}:19000:0:99999:7:::\n"
        );
        File.SetUnixFileMode(shadow, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return $"mount --bind {passwd} /etc/passwd && mount --bind {shadow} /etc/shadow && ";
    }

    private static void Own(string path)
    {
        if (!IsRoot)
            return;
        using var process = Process.Start(new ProcessStartInfo("chown", [$"{TestUid}:{TestUid}", path]))!;
        process.WaitForExit();
    }
}
