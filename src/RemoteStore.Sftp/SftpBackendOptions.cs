using RemoteStore.Sftp;

namespace RemoteStore;

/// <summary>Which server a <see cref="SftpBackend"/> uses, and how. Credentials show as <c>***</c> in every text form.</summary>
public sealed record SftpBackendOptions
{
    /// <summary>The server's name or address. Required.</summary>
    public string Host { get; init; } = "";

    /// <summary>The server's port, 1 to 65535; default 22.</summary>
    public int Port { get; init; } = 22;

    /// <summary>The user to log in as. Required.</summary>
    public string User { get; init; } = "";

    /// <summary>
    /// The folder that is the root: absolute, or relative to the folder of the login; default that folder. Writes make it when it is
    /// absent.
    /// </summary>
    public string Root { get; init; } = ".";

    /// <summary>The name in errors and metrics; default <c>sftp</c>.</summary>
    public string Name { get; init; } = "sftp";

    /// <summary>
    /// The user's password, for password and keyboard-interactive logins. How the client receives it: <see cref="AskPassPath"/>.
    /// </summary>
    public Secret? Password { get; init; }

    /// <summary>The file of the user's private key. Not together with <see cref="PrivateKey"/>.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <summary>
    /// The text of the user's private key (PEM or OpenSSH form; its line breaks may have become spaces). Kept in a private temporary file,
    /// in memory where the system has such a place, while a session connects.
    /// </summary>
    public Secret? PrivateKey { get; init; }

    /// <summary>The passphrase of the private key, if it has one.</summary>
    public Secret? Passphrase { get; init; }

    /// <summary>
    /// The program that gives the OpenSSH client the password or passphrase: one that calls <see cref="SshAskPass.TryAnswer"/> first, as
    /// the silo and the command line do. Default this program, if it does; else a script, which needs <c>/bin/sh</c> and a place for
    /// temporary files from which programs may be run.
    /// </summary>
    public string? AskPassPath { get; init; }

    /// <summary>
    /// The server's keys: lines of a known_hosts file, or bare keys (<c>ssh-ed25519 AAAA...</c>) that then count for this server. They win
    /// over <see cref="KnownHostsFile"/>.
    /// </summary>
    public string? HostKeys { get; init; }

    /// <summary>The file of known hosts; default that of the user who runs the process (<c>~/.ssh/known_hosts</c>).</summary>
    public string? KnownHostsFile { get; init; }

    /// <summary>Which server keys are accepted; default only known ones.</summary>
    public HostKeyPolicy HostKeyPolicy { get; init; } = HostKeyPolicy.Strict;

    /// <summary>Whether the old <c>ssh-rsa</c> signatures (SHA-1) are allowed, for this backend alone; default false.</summary>
    public bool AllowLegacyRsa { get; init; }

    /// <summary>
    /// How long connecting may take in all, from the first packet to the first request; default 15 s, more than zero, at most 1 hour.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the server may be silent while it owes an answer (not how long a transfer takes); default 120 s, more than zero, at most
    /// 1 day; null indefinitely. After it the session is given up and its operations fail.
    /// </summary>
    public TimeSpan? RequestTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// How often an idle connection is checked, in whole seconds; default 30 s; zero for never. Three checks without an answer end it.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The sessions at most, 1 to 64; default 4. The first is opened by the first call, others while those open are loaded.
    /// </summary>
    public int MaxSessions { get; init; } = 4;

    /// <summary>
    /// The bytes of one transfer that are on their way at once, 32 KiB to 64 MiB; default 4 MiB. Bounds the memory of a transfer.
    /// </summary>
    public int MaxBytesInFlight { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether a write is synced to the server's disk (the file, then its folder) before it is acknowledged, where the server offers it;
    /// default true.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// Whether late writers are refused by the backend itself; default where the server can. Writers of one folder must agree.
    /// </summary>
    public SftpFenceMode Fence { get; init; }

    /// <summary>
    /// How long a staged file is left alone after its last change; default 24 hours, more than zero. It bounds how long a detached write
    /// can wait.
    /// </summary>
    public TimeSpan StagingGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The permissions of new files, in octal digits such as <c>0640</c>; default those of the server's umask. A file that is replaced
    /// keeps its permissions, and a copy has those of its source. A server without permissions refuses the write.
    /// </summary>
    public string? FileMode { get; init; }

    /// <summary>The permissions of new folders, in octal digits such as <c>0750</c>; default those of the server's umask.</summary>
    public string? FolderMode { get; init; }

    /// <summary>
    /// How long a listing may rest between two pages before its handle is closed; default 60 s, more than zero. It continues all the same,
    /// by reading the folder again.
    /// </summary>
    public TimeSpan ListingIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The OpenSSH client, version 8.5 or later; default <c>ssh</c> from the PATH.</summary>
    public string SshCommand { get; init; } = "ssh";
}
