using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteStore.Drivers;
using RemoteStore.Sftp;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore;

/// <summary>
/// Files on an SFTP server, over the system's OpenSSH client. Any number of threads; they share a few sessions. For async callers put
/// <c>SyncBackendAdapter</c> around it.
/// </summary>
/// <remarks>
/// Every write is staged next to its target, synced where the server can, and published by one rename or link. A create-only write is
/// decided by the server's file system (hard links): of many racing creators one wins. The constructor does no I/O; the first call
/// connects, and so does the next call after a session was lost. A closed backend opens again when it is used.
/// </remarks>
public sealed class SftpBackend : DriverBackend, IMaintainable
{
    private readonly SftpDriver _driver;

    /// <summary>Keeps files on a server.</summary>
    /// <param name="options">The server and how to use it.</param>
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
    /// Whether what is acknowledged has been synced to the server's disk. False when <see cref="SftpBackendOptions.Durable"/> is off and
    /// when the server has no <c>fsync@openssh.com</c>, or has refused to sync a folder; null until the first session.
    /// </summary>
    public bool? IsDurable =>
        _driver.Features is { } features ? _driver.Options.Durable && features.CanSync && !_driver.FolderSyncs.AreRefused : null;

    /// <summary>The extensions that the server offers, for example <c>hardlink@openssh.com</c>; empty until the first session.</summary>
    public IReadOnlyCollection<string> ServerExtensions =>
        _driver.Features is { } features ? [.. features.Extensions.Keys.Order(StringComparer.Ordinal)] : [];

    /// <summary>
    /// Lists the whole tree, by which what crashed writers left is removed once it is older than
    /// <see cref="SftpBackendOptions.StagingGrace"/>; listings do the same for the folders they read. What the server refuses does not keep
    /// it from the rest.
    /// </summary>
    /// <param name="cancellationToken">Cancels the work between two folders.</param>
    /// <returns>How many hidden names were removed.</returns>
    /// <exception cref="RemoteStoreException">The first refusal, once all else was done; or there is no session.</exception>
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
