using RemoteStore.Sftp;

namespace RemoteStore;

/// <summary>The server and the settings of a <see cref="SftpBackend"/>. Credentials appear as <c>***</c> in every text form.</summary>
public sealed record SftpBackendOptions
{
    /// <summary>The name or address of the server. Required.</summary>
    public string Host { get; init; } = "";

    /// <summary>The port of the server, 1 to 65535; default 22.</summary>
    public int Port { get; init; } = 22;

    /// <summary>The user to log in as. Required.</summary>
    public string User { get; init; } = "";

    /// <summary>
    /// The root folder: absolute, or relative to the folder of the login; default the folder of the login. Writes
    /// create it if it does not exist.
    /// </summary>
    public string Root { get; init; } = ".";

    /// <summary>The name in errors and metrics; default <c>sftp</c>.</summary>
    public string Name { get; init; } = "sftp";

    /// <summary>
    /// The user's password, for password and keyboard-interactive logins. See <see cref="AskPassPath"/> for how the client receives it.
    /// </summary>
    public Secret? Password { get; init; }

    /// <summary>The file with the user's private key. Must not be combined with <see cref="PrivateKey"/>.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <summary>
    /// The text of the user's private key (PEM or OpenSSH format; its line breaks may have become spaces). Kept in a
    /// private temporary file, in memory where the system supports it, while a session connects.
    /// </summary>
    public Secret? PrivateKey { get; init; }

    /// <summary>The passphrase of the private key, if it has one.</summary>
    public Secret? Passphrase { get; init; }

    /// <summary>
    /// The program that passes the password or passphrase to the OpenSSH client: it must call <see cref="SshAskPass.TryAnswer"/> first, as
    /// the silo and the command line do. Default this program, if it does; else a script, which needs <c>/bin/sh</c> and a folder for
    /// temporary files from which programs may be executed.
    /// </summary>
    public string? AskPassPath { get; init; }

    /// <summary>
    /// The server's keys: lines of a known_hosts file, or bare keys (<c>ssh-ed25519 AAAA...</c>) that apply to this
    /// server. They take precedence over <see cref="KnownHostsFile"/>.
    /// </summary>
    public string? HostKeys { get; init; }

    /// <summary>The known_hosts file; default that of the user who runs the process (<c>~/.ssh/known_hosts</c>).</summary>
    public string? KnownHostsFile { get; init; }

    /// <summary>The server keys that are accepted; default only known ones.</summary>
    public HostKeyPolicy HostKeyPolicy { get; init; } = HostKeyPolicy.Strict;

    /// <summary>Whether the legacy <c>ssh-rsa</c> signatures (SHA-1) are allowed, for this backend only; default false.</summary>
    public bool AllowLegacyRsa { get; init; }

    /// <summary>
    /// The timeout of connecting in total, from the first packet to the first request; default 15 s, more than zero, at most 1 hour.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the server may send no data while a reply is due (not the duration of a transfer); default 120 s, more
    /// than zero, at most 1 day; null for no limit. After it the session is abandoned and its operations fail.
    /// </summary>
    public TimeSpan? RequestTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// How often an idle connection is checked, in whole seconds, 1 second to 1 hour; default 30 s; zero for never.
    /// Three unanswered checks end it.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The largest number of sessions, 1 to 64; default 4. The first call opens the first one; others are opened while
    /// the open ones are loaded.
    /// </summary>
    public int MaxSessions { get; init; } = 4;

    /// <summary>The bytes of one transfer in flight at once, 32 KiB to 64 MiB; default 4 MiB. Bounds the memory of a transfer.</summary>
    public int MaxBytesInFlight { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether a write is synced to the server's disk (the file, then its folder) before it is acknowledged, if the
    /// server supports it; default true.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// Whether the backend refuses late writes; default where the server supports it. All writers of a folder must use the same setting.
    /// </summary>
    public SftpFenceMode Fence { get; init; }

    /// <summary>
    /// How long a staged file is kept after its last change; default 24 hours, more than zero. It limits how long a
    /// detached write can wait.
    /// </summary>
    public TimeSpan StagingGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The permissions of new files, in octal digits such as <c>0640</c>; default those of the server's umask. A replaced
    /// file keeps its permissions, and a copy has those of its source. A server without permissions refuses the write.
    /// </summary>
    public string? FileMode { get; init; }

    /// <summary>The permissions of new folders, in octal digits such as <c>0750</c>; default those of the server's umask.</summary>
    public string? FolderMode { get; init; }

    /// <summary>
    /// How long a listing may be idle between two pages before its handle is closed; default 60 s, more than zero, at
    /// most 1 day. The listing can still continue, by reading the folder again.
    /// </summary>
    public TimeSpan ListingIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The OpenSSH client, version 8.5 or later; default <c>ssh</c> from the PATH.</summary>
    public string SshCommand { get; init; } = "ssh";
}
