using RemoteStore.Drivers;
using RemoteStore.Local;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// Gives a file its public name. What has to be known first is asked for when this is made, so that it travels with the requests of the
/// staging; the name, and the syncing of its folder, take one more flight.
/// </summary>
internal sealed class Publication : IDisposable
{
    private readonly SftpDriver _driver;
    private readonly Session _session;
    private readonly string _key;
    private readonly WriteOptions _options;
    private readonly string _path;
    private readonly Reply _target;
    private readonly Reply? _folder;
    private SftpAttributes? _replaced;
    private bool _folderTaken;

    internal Publication(SftpDriver driver, Session session, string key, WriteOptions options)
    {
        (_driver, _session, _key, _options) = (driver, session, key, options);
        _path = driver.Paths.Of(key);
        _target = session.Send(Requests.Stat(_path));
        if (driver.Options.Durable && session.Features.CanSync)
            _folder = session.Send(Requests.Open(driver.Paths.Of(LocalKeys.ParentOf(key)), OpenModes.Read));
    }

    /// <summary>Refuses what can be refused before any byte moves.</summary>
    internal void Check()
    {
        _replaced = _target.AttributesIfAny();
        if (_replaced is { IsFolder: true })
            throw IsFolder();
        if (Conditions.Failure(_replaced is { } there ? SftpVersions.InfoOf(_key, there) : null, _options, _key, _driver.Name) is { } failure)
            throw failure;
    }

    /// <summary>Publishes a file, once it was checked.</summary>
    /// <param name="from">Where it lies.</param>
    /// <param name="attributes">What it is.</param>
    /// <param name="isToken">Whether it stays where it is when publishing fails, for another try.</param>
    internal RemoteFileInfo Publish(string from, SftpAttributes attributes, bool isToken)
    {
        attributes = Dated(from, attributes);
        var folder = OpenedFolder();
        try
        {
            Name(from, isToken, folder);
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

    /// <summary>The handle of the folder; null where the server opens none, which leaves the name to be synced by the server's own time.</summary>
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

    private SftpAttributes Dated(string from, SftpAttributes attributes)
    {
        var earliest = _driver.Versions.Earliest(_key, _replaced);
        if (attributes.ModifiedAt is not { } time || time >= earliest)
            return attributes;
        _session.Send(Requests.SetTimes(from, earliest)).Done();
        return attributes with { ModifiedAt = earliest };
    }

    private void Name(string from, bool isToken, byte[]? folder)
    {
        if (_options.IfNoneMatch is not null)
            Link(from, isToken, folder);
        else if (_options.Overwrite && !_session.Features.CanReplace)
            Synced(folder, () => new Displacement(_driver, _session, _key).Replace(from));
        else
            Rename(from, folder);
    }

    private void Rename(string from, byte[]? folder)
    {
        var rename = _session.Send(_options.Overwrite ? Requests.ReplacingRename(from, _path) : Requests.Rename(from, _path));
        var sync = folder is null ? null : _session.Send(Requests.Sync(folder));
        Decided(rename);
        sync?.Done();
    }

    /// <summary>Two names of one file, and then one: the server's file system lets one of many racing creators make the second name.</summary>
    private void Link(string from, bool isToken, byte[]? folder)
    {
        var link = _session.Send(Requests.HardLink(from, _path));
        var remove = isToken ? null : _session.Send(Requests.Remove(from));
        var sync = folder is null ? null : _session.Send(Requests.Sync(folder));
        Decided(link);
        remove ??= _session.Send(Requests.Remove(from));
        sync?.Done();
        remove.Done();
    }

    private void Synced(byte[]? folder, Action action)
    {
        action();
        if (folder is not null)
            _session.Send(Requests.Sync(folder)).Done();
    }

    /// <summary>Version 3 says only "failure" when a name is taken, so a look at the name tells.</summary>
    private void Decided(Reply naming)
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

    private RemoteStoreException? Taken() => _session.Send(Requests.Stat(_path)).AttributesIfAny() switch
    {
        { IsFolder: true } => IsFolder(),
        { } there => Conditions.Failure(SftpVersions.InfoOf(_key, there), _options, _key, _driver.Name),
        null => null,
    };

    private InvalidPathException IsFolder() => new("The path names a folder, and a file is to be written.", _key, _driver.Name);
}
