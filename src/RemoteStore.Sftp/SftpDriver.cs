using Microsoft.Extensions.Logging;
using RemoteStore.Drivers;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

/// <summary>Files on an SFTP server. Every call completes before it returns; calls share a few sessions.</summary>
internal sealed partial class SftpDriver : StorageDriver
{
    private const Capability Fixed =
        Capability.Read
        | Capability.Write
        | Capability.AtomicWrite
        | Capability.Delete
        | Capability.List
        | Capability.Metadata
        | Capability.Move
        | Capability.Copy
        | Capability.Staging
        | Capability.SeekableRead
        | Capability.NativeWriteResult;

    private readonly SessionPool _pool;
    private readonly uint? _newFolderMode;
    private readonly ListingTable _listings;
    private readonly SessionSettings _settings;
    private readonly TimeProvider _clock;
    private volatile ServerFeatures? _features;
    private volatile bool _cannotRecord;

    /// <param name="options">Validated options.</param>
    /// <param name="start">Starts a transport.</param>
    /// <param name="clock">The clock of timeouts.</param>
    /// <param name="logger">The log.</param>
    internal SftpDriver(SftpBackendOptions options, Func<ISessionTransport> start, TimeProvider clock, ILogger logger)
    {
        (Options, _clock) = (options, clock);
        Paths = new SftpPaths(options.Root);
        Versions = new SftpVersions(clock);
        _settings = new SessionSettings(options.Name, options.ConnectTimeout, options.RequestTimeout, clock, logger);
        _pool = new SessionPool(() => Connect(start), options.MaxSessions, clock, NoteNotGrown);
        (NewFileMode, _newFolderMode) = (OctalMode.Parse(options.FileMode), OctalMode.Parse(options.FolderMode));
        _listings = new ListingTable(options.ListingIdle, clock);
        FolderSyncs = new FolderSyncs(() => SessionLog.NotSynced(logger, options.Name));
    }

    public override string Kind => "sftp";

    public override string Name => Options.Name;

    /// <summary>Capabilities that depend on the server are assumed until the first session.</summary>
    public override CapabilitySet Capabilities =>
        Fixed
        | (_features is { CanLink: false } ? Capability.None : Capability.CreateOnly)
        | (IsFenced ? Capability.Conditional : Capability.None);

    /// <summary>Reading the target shares the first round trip of a write, and costs nothing there.</summary>
    public override bool DecidesConditions => true;

    internal SftpBackendOptions Options { get; }

    internal SessionCounters Counters => _settings.Counters;

    internal int OpenListings => _listings.Count;

    internal SftpPaths Paths { get; }

    /// <summary>The permissions of new files; null for the server's default.</summary>
    internal uint? NewFileMode { get; }

    internal SftpVersions Versions { get; }

    internal FolderSyncs FolderSyncs { get; }

    internal ServerFeatures? Features => _features;

    /// <summary>Whether each version has at most one successor.</summary>
    internal bool IsFenced =>
        Options.Fence == SftpFenceMode.Auto && !_cannotRecord && _features is null or { CanLink: true, CanReplace: true };

    /// <summary>Whether a session has verified that the server stores records correctly.</summary>
    internal bool RecordsAreProven { get; set; }

    public override ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = _pool.Acquire();
        var stat = lease.Session.Send(Requests.Stat(Paths.Of(key)));
        var mark = IsFenced ? lease.Session.Send(Requests.ReadLink(new FenceNames(Paths, key).Mark)) : null;
        var attributes = stat.AttributesIfAny();
        if (attributes is null && mark?.LinkText() is { } text && FencedDelete.Restore(this, lease.Session, key, text))
            attributes = lease.Session.Send(Requests.Stat(Paths.Of(key))).AttributesIfAny();
        return new(attributes is { } there ? EntryOf(key, there) : null);
    }

    public override ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = _pool.Acquire();
        var attributes =
            lease.Session.Send(Requests.Stat(Paths.Of(""))).AttributesIfAny()
            ?? throw new NotFoundException("The root folder does not exist on the server.", null, Name);
        if (!attributes.IsFolder)
            throw new InvalidPathException("The root is a file on the server; a folder was expected.", null, Name);
        return default;
    }

    public override RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key) =>
        SftpErrors.Classify(exception, operation);

    public override bool IsConnectionLost(RemoteStoreException failure) => failure is BackendUnavailableException;

    public override string NativePath(string key) => Paths.Of(key);

    public override string ToKey(string nativePath) => Paths.KeyOf(nativePath);

    public override ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        _listings.Clear();
        _pool.Close();
        return default;
    }

    /// <summary>Notes that the server cannot store records: from now on the fence is not declared.</summary>
    internal BackendUnavailableException CannotRecord(string key, Exception? inner)
    {
        _cannotRecord = true;
        SessionLog.NotFenced(_settings.Logger, Name);
        return new BackendUnavailableException(
            "The fence requires symbolic links, which the server does not support; nothing was done.",
            key,
            Name,
            inner
        )
        {
            IsTransient = true,
            RefusedBeforeExecution = true,
        };
    }

    internal DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Whether new names are synced.</summary>
    internal bool SyncsFolders(Session session) => Options.Durable && session.Features.CanSync && !FolderSyncs.AreRefused;

    internal void NoteNotRestored(string key, string backup) => SessionLog.NotRestored(_settings.Logger, Name, key, backup);

    private void NoteNotGrown(Exception failure, TimeSpan pause) =>
        SessionLog.NotGrown(_settings.Logger, Name, pause, PathRules.Printable(failure.Message));

    private static DriverEntry? EntryOf(string key, SftpAttributes attributes)
    {
        if (attributes.IsFolder)
            return new DriverEntry(new RemoteFolderEntry(key));
        return attributes.IsFile ? new DriverEntry(SftpVersions.FileOf(key, attributes)) : null;
    }

    private ISessionTransport Started(Func<ISessionTransport> start)
    {
        try
        {
            return start();
        }
        catch (Exception e) when (e is not SessionLostException)
        {
            SessionLog.NotStarted(_settings.Logger, e, Name);
            throw;
        }
    }

    private Session Connect(Func<ISessionTransport> start)
    {
        var startedAt = _clock.GetTimestamp();
        var session = Session.Connect(Started(start), _settings, startedAt);
        _features = session.Features;
        SessionLog.Begun(_settings.Logger, Name, string.Join(' ', session.Features.Extensions.Keys));
        return session;
    }
}
