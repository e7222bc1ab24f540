using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteStore.Drivers;
using RemoteStore.Sftp;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore;

/// <summary>
/// Files on an SFTP server, using the system's OpenSSH client. Thread-safe; all threads share a few sessions. For
/// asynchronous callers wrap it in a <c>SyncBackendAdapter</c>.
/// </summary>
/// <remarks>
/// Every write is staged next to its target, synced if the server supports it, and published by one rename or link. A create-only
/// write is decided by the server's file system (hard links): of many racing creators one wins. The constructor does no I/O; the
/// first call connects, and so does the next call after a session was lost. A closed backend reopens when it is used.
/// </remarks>
public sealed class SftpBackend : DriverBackend, IMaintainable
{
    private readonly SftpDriver _driver;

    /// <summary>Creates the backend of a server.</summary>
    /// <param name="options">The server and the settings.</param>
    /// <param name="logger">The log; default none.</param>
    /// <param name="clock">The clock of timeouts; default that of the system.</param>
    /// <exception cref="ArgumentException">An option is missing or out of range; the message names it.</exception>
    public SftpBackend(SftpBackendOptions options, ILogger<SftpBackend>? logger = null, TimeProvider? clock = null)
        : this(SftpOptionsCheck.Checked(options), () => SshTransport.Connect(options), clock ?? TimeProvider.System, logger) { }

    internal SftpBackend(SftpBackendOptions options, Func<ISessionTransport> start, TimeProvider clock, ILogger? logger = null)
        : this(new SftpDriver(options, start, clock, logger ?? NullLogger.Instance)) { }

    private SftpBackend(SftpDriver driver)
        : base(driver) => _driver = driver;

    internal SftpDriver Driver => _driver;

    /// <summary>
    /// Whether acknowledged content has been synced to the server's disk. False when <see cref="SftpBackendOptions.Durable"/> is
    /// off, and when the server lacks <c>fsync@openssh.com</c> or has refused to sync a folder; null until the first session.
    /// </summary>
    public bool? IsDurable =>
        _driver.Features is { } features ? _driver.Options.Durable && features.CanSync && !_driver.FolderSyncs.AreRefused : null;

    /// <summary>The extensions that the server supports, for example <c>hardlink@openssh.com</c>; empty until the first session.</summary>
    public IReadOnlyCollection<string> ServerExtensions =>
        _driver.Features is { } features ? [.. features.Extensions.Keys.Order(StringComparer.Ordinal)] : [];

    /// <summary>
    /// Cleans up the whole tree: removes leftovers of crashed writers that are older than <see cref="SftpBackendOptions.StagingGrace"/>.
    /// Listings do the same for the folders that they read. A refusal of the server does not stop the remaining cleanup.
    /// </summary>
    /// <param name="cancellationToken">Cancels the work between two folders.</param>
    /// <returns>The number of removed hidden names.</returns>
    /// <exception cref="RemoteStoreException">The first refusal, after all other work; or no session can be opened.</exception>
    public ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return new(_driver.CleanUp(cancellationToken));
        }
        catch (Exception e) when (_driver.Classify(e, DriverOperation.List, "") is { } mapped)
        {
            throw mapped;
        }
    }
}
