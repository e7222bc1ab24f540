using RemoteStore.Drivers;
using RemoteStore.Local;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// Gives a file its public name. The required metadata is requested on creation, in the same round trip as the staging
/// requests; the name and the sync of its folder take one more round trip.
/// </summary>
internal sealed class Publication : IDisposable
{
    private const int MaxAttempts = 1000;
    private const int MaxRefusals = 3;
    private readonly SftpDriver _driver;
    private readonly Session _session;
    private readonly string _key;
    private readonly WriteOptions _options;
    private readonly string _path;
    private readonly Reply _target;
    private readonly Reply? _folder;
    private readonly SftpFence? _fence;
    private readonly Reply? _floor;
    private readonly Reply? _mark;
    private SftpAttributes? _replaced;
    private bool _folderTaken;
    private int _refusals;

    internal Publication(SftpDriver driver, Session session, string key, WriteOptions options)
    {
        (_driver, _session, _key, _options) = (driver, session, key, options);
        _path = driver.Paths.Of(key);
        _target = session.Send(Requests.Stat(_path));
        if (driver.SyncsFolders(session))
            _folder = session.Send(Requests.Open(driver.Paths.Of(LocalKeys.ParentOf(key)), OpenModes.Read));
        if (!driver.IsFenced)
            return;
        var names = new FenceNames(driver.Paths, key);
        _fence = new SftpFence(driver, session, key);
        (_floor, _mark) = (session.Send(Requests.ReadLink(names.MinimumTimestamp)), session.Send(Requests.ReadLink(names.Mark)));
    }

    private uint Earliest =>
        _driver.Versions.Earliest(_key, _replaced, _replaced is null && _floor is not null ? FenceNames.FloorIn(_floor.LinkText()) : 0);

    /// <summary>Refuses what can be refused before any byte is sent.</summary>
    internal void Check()
    {
        _replaced = _target.AttributesIfAny();
        if (_replaced is null && _mark?.LinkText() is { } mark && FencedDelete.Restore(_driver, _session, _key, mark))
            _replaced = _fence!.Lookup();
        CheckReplaced();
    }

    /// <summary>Whether a file is replaced, as of the check.</summary>
    internal bool Replaces => _replaced is { IsFile: true };

    /// <summary>The attributes of the source of a copy, whose mode the file gets. Null to keep the mode of the replaced file.</summary>
    internal SftpAttributes? CopyOf { get; set; }

    /// <summary>Whether the file keeps its own mode: it is moved.</summary>
    internal bool KeepsMode { get; set; }

    /// <summary>Whether a file may be published with its current time.</summary>
    internal bool TakesTimeOf(SftpAttributes attributes) => attributes.LastModified is not { } time || time >= Earliest;

    private void CheckReplaced()
    {
        if (_replaced is { IsFolder: true })
            throw IsFolder();
        if (
            Conditions.Failure(_replaced is { } there ? SftpVersions.InfoOf(_key, there) : null, _options, _key, _driver.Name) is
            { } failure
        )
            throw failure;
    }

    /// <summary>Publishes a file after the check.</summary>
    /// <param name="from">The path of the file.</param>
    /// <param name="attributes">The attributes of the file.</param>
    /// <param name="isToken">Whether the file stays in place when publishing fails, for another attempt.</param>
    /// <param name="keepsTime">Whether its time must not change, because a hard link shares it.</param>
    /// <param name="isTransfer">Whether it must not replace a version that the check did not see: a move or copy has no
    /// condition on its destination.</param>
    internal RemoteFileInfo Publish(string from, SftpAttributes attributes, bool isToken, bool keepsTime = false, bool isTransfer = false)
    {
        var folder = OpenedFolder();
        try
        {
            attributes = PublishCore(from, attributes, isToken, keepsTime, isTransfer, folder);
        }
        finally
        {
            if (folder is not null)
                _session.SendAndForget(Requests.Close(folder));
        }

        _driver.Versions.NoteWrite(_key);
        return SftpVersions.InfoOf(_key, attributes);
    }

    public void Dispose()
    {
        if (!_folderTaken && !_session.IsLost && OpenedFolder() is { } folder)
            _session.SendAndForget(Requests.Close(folder));
    }

    /// <summary>
    /// The handle of the folder; null where the server cannot open one, so that the server syncs the name in its own time.
    /// </summary>
    private byte[]? OpenedFolder()
    {
        _folderTaken = true;
        try
        {
            return _folder?.Handle();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private SftpAttributes PublishCore(
        string from,
        SftpAttributes attributes,
        bool isToken,
        bool keepsTime,
        bool isTransfer,
        byte[]? folder
    )
    {
        for (var attempts = 0; attempts < MaxAttempts; attempts++)
        {
            if (keepsTime && !TakesTimeOf(attributes))
                throw Changed("The destination was changed concurrently; nothing was done.");
            attributes = EnsureTimestamp(from, attributes);
            // Not awaited: servers process requests for one file in their order (draft-ietf-secsh-filexfer-02, section 3).
            var mode = SetMode(from, attributes);
            if (TryName(from, isToken, folder))
            {
                mode?.Refusal();
                return attributes;
            }

            _replaced = _fence!.Lookup();
            CheckReplaced();
            if (isTransfer)
                throw Changed("The destination was changed concurrently; nothing was done.");
        }

        throw Changed("Too much contention: the file keeps changing. Retry later.");
    }

    private SftpAttributes EnsureTimestamp(string from, SftpAttributes attributes)
    {
        if (TakesTimeOf(attributes))
            return attributes;
        var earliest = Earliest;
        _session.Send(Requests.SetTimes(from, earliest)).Done();
        return attributes with { LastModified = earliest };
    }

    /// <summary>
    /// Gives the staged file the mode of the file that it replaces or copies, or that of new files. A server that
    /// refuses does not support modes.
    /// </summary>
    private Reply? SetMode(string from, SftpAttributes attributes)
    {
        if (KeepsMode)
            return null;
        if ((CopyOf ?? (Replaces ? _replaced : null)) is not { Mode: { } mode } origin)
            return _driver.NewFileMode is { } ofNew ? _session.Send(Requests.SetMode(from, ofNew)) : null;
        // The file belongs to the login and its group. If that is another group, it gets only the permissions of all others.
        if (origin.Group is { } group && attributes.Group is { } own && group != own)
            mode &= ~(0x38u & ~((mode & 7) << 3));
        return _session.Send(Requests.SetMode(from, mode));
    }

    /// <summary>Assigns the name; false when the checked version has changed in the meantime.</summary>
    private bool TryName(string from, bool isToken, byte[]? folder)
    {
        if (_fence is null || (!_options.Overwrite && _options.IfMatch is null))
            Name(from, isToken, folder);
        else if (_replaced is { } there)
            return _fence.TryReplace(from, FileVersion.Of(there), folder) ?? throw _driver.NoSuchStaging(_key);
        else
            return TryAppear(from, folder);
        return true;
    }

    /// <summary>Creating a file needs no record: the server's file system refuses a second one.</summary>
    private bool TryAppear(string from, byte[]? folder)
    {
        var rename = _session.Send(Requests.Rename(from, _path));
        var sync = folder is null ? null : _session.Send(Requests.Sync(folder));
        var refusal = rename.Refusal();
        _driver.FolderSyncs.Take(sync);
        if (refusal is null)
            return true;
        if (refusal.Code is StatusCode.NoSuchFile or StatusCode.PermissionDenied)
            throw refusal;
        var there = _session.Send(Requests.LinkStat(_path)).AttributesIfAny();
        // "Failure" may have another reason than a taken name.
        if (there is null && ++_refusals == MaxRefusals)
            throw refusal;
        if (there is not { IsLink: true } || _fence!.Lookup() is not null)
            return false;
        // A dangling link is not a version of a file.
        _session.Send(Requests.ReplacingRename(from, _path)).Done();
        return true;
    }

    private BackendUnavailableException Changed(string message) =>
        new(message, _key, _driver.Name) { IsTransient = true, RefusedBeforeExecution = true };

    private void Name(string from, bool isToken, byte[]? folder)
    {
        if (_options.IfNoneMatch is not null)
            Link(from, isToken, folder);
        else if (_options.Overwrite && !_session.Features.CanReplace)
            SyncFolder(folder, () => new RenameAside(_driver, _session, _key).Replace(from));
        else
            Rename(from, folder);
    }

    private void Rename(string from, byte[]? folder)
    {
        var rename = _session.Send(_options.Overwrite ? Requests.ReplacingRename(from, _path) : Requests.Rename(from, _path));
        var sync = folder is null ? null : _session.Send(Requests.Sync(folder));
        ThrowUnlessDecided(rename);
        _driver.FolderSyncs.Take(sync);
    }

    /// <summary>
    /// Creates a hard link and removes the first name: the server's file system lets one of many racing creators create the link.
    /// </summary>
    private void Link(string from, bool isToken, byte[]? folder)
    {
        var link = _session.Send(Requests.HardLink(from, _path));
        var remove = isToken ? null : _session.Send(Requests.Remove(from));
        var sync = folder is null ? null : _session.Send(Requests.Sync(folder));
        ThrowUnlessDecided(link);
        remove ??= _session.Send(Requests.Remove(from));
        _driver.FolderSyncs.Take(sync);
        remove.Done();
    }

    private void SyncFolder(byte[]? folder, Action action)
    {
        action();
        if (folder is not null)
            _driver.FolderSyncs.Take(_session.Send(Requests.Sync(folder)));
    }

    /// <summary>Version 3 only reports "failure" when a name is taken, so the name itself is checked.</summary>
    private void ThrowUnlessDecided(Reply naming)
    {
        try
        {
            naming.Done();
        }
        catch (StatusException e) when (e.Code is not (StatusCode.NoSuchFile or StatusCode.PermissionDenied))
        {
            throw Taken() ?? SftpErrors.Classify(e, DriverOperation.Commit)!;
        }
    }

    private RemoteStoreException? Taken() =>
        _session.Send(Requests.Stat(_path)).AttributesIfAny() switch
        {
            { IsFolder: true } => IsFolder(),
            { } there => Conditions.Failure(SftpVersions.InfoOf(_key, there), _options, _key, _driver.Name),
            null => null,
        };

    private InvalidPathException IsFolder() => StorageErrors.IsFolder(_key, _driver.Name);
}
