namespace RemoteStore.Sftp;

/// <summary>
/// The files that the client needs while it connects: host keys, a private key, and the helper that answers its prompts. They
/// are in a folder that only this user can enter, in memory where the system supports it, and are deleted after connecting.
/// </summary>
internal sealed class ConnectFiles : IDisposable
{
    private const string SharedMemory = "/dev/shm";
    private const string Password = "password";
    private const string Passphrase = "passphrase";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _folder;

    internal ConnectFiles(SftpBackendOptions options)
    {
        _folder = NewFolder();
        try
        {
            if (options.HostKeys is { } keys)
                KnownHosts = Write("known_hosts", string.Join('\n', HostKeyLines.Normalize(keys)) + "\n");
            if (options.PrivateKey is { } key)
                PrivateKey = Write("key", PemText.Normalize(key.Reveal())!);
            if (options.Password is not null || options.Passphrase is not null)
                AskPass = WriteAskPass(options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal string? KnownHosts { get; }

    internal string? PrivateKey { get; }

    /// <summary>The program that is called with a prompt and prints the answer; null when there is nothing to answer.</summary>
    internal string? AskPass { get; }

    internal string Folder => _folder;

    /// <summary>
    /// The file that answers a prompt. A prompt may contain the name of the key file, so only the words around it
    /// distinguish the two prompts.
    /// </summary>
    internal static string AnswerTo(string prompt) => prompt.Contains("passphrase for", StringComparison.Ordinal) ? Passphrase : Password;

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It no longer exists.
        }
    }

    private static string NewFolder()
    {
        var parent = Directory.Exists(SharedMemory) ? SharedMemory : Path.GetTempPath();
        var folder = Path.Combine(parent, $"rs-sftp-{Guid.NewGuid():N}");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        return folder;
    }

    private string WriteAskPass(SftpBackendOptions options)
    {
        var password = Write(Password, options.Password?.Reveal() ?? "");
        var passphrase = Write(Passphrase, options.Passphrase?.Reveal() ?? "");
        return options.AskPassPath
            ?? SshAskPass.Program
            ?? Write(
                "askpass",
                $"#!/bin/sh\ncase \"$1\" in\n  *'passphrase for'*) exec cat '{passphrase}' ;;\n  *) exec cat '{password}' ;;\nesac\n",
                UnixFileMode.UserExecute
            );
    }

    private string Write(string name, string text, UnixFileMode also = UnixFileMode.None)
    {
        var path = Path.Combine(_folder, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner | also;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
        return path;
    }
}
