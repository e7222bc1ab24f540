using RemoteStore.Drivers;
using RemoteStore.Local;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

internal sealed partial class SftpDriver
{
    private const int MaxDeletions = 1000;

    public override ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lease = _pool.Acquire(SessionPool.Heavy);
        try
        {
            CheckConditions(options.IfNoneMatch, options.IfMatch, key);
            var target = lease.Session.Send(Requests.Stat(Paths.Of(key)));
            var staged = Stage(lease, key, null).Staged;
            if (IsFile(target))
                staged.Restrict();
            return new(staged);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private static bool IsFile(Reply stat)
    {
        try
        {
            return stat.AttributesIfAny() is { IsFile: true };
        }
        catch (StatusException)
        {
            // The commit sends the request again and reports the refusal.
            return false;
        }
    }

    public override ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = _pool.Acquire();
        CheckConditions(options.IfNoneMatch, options.IfMatch, key);
        var path = StagingName.IsTokenFor(token, LocalKeys.NameOf(key)) ? Paths.SiblingOf(key, token) : null;
        var stat = path is null ? null : lease.Session.Send(Requests.Stat(path));
        using var publication = new Publication(this, lease.Session, key, options);
        publication.Check();
        return stat?.AttributesIfAny() is { IsFile: true } attributes
            ? attributes.Size is null
                ? throw SftpErrors.NoSize()
                : new(publication.Publish(path!, attributes, isToken: true))
            : throw NoSuchStaging(key);
    }

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!StagingName.IsTokenFor(token, LocalKeys.NameOf(key)))
            return default;
        using var lease = _pool.Acquire();
        try
        {
            lease.Session.Send(Requests.Remove(Paths.SiblingOf(key, token))).Done();
        }
        catch (StatusException e) when (e.Code == StatusCode.NoSuchFile)
        {
            // It no longer exists.
        }

        return default;
    }

    public override ValueTask<RemoteFileInfo?> PutAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = _pool.Acquire(bytes.Length < ServerFeatures.Small ? SessionPool.Light : SessionPool.Heavy);
        return new(Put(key, options, lease, staged => staged.Append(bytes.Span)));
    }

    public override ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = _pool.Acquire();
        CheckConditions(null, ifMatch, key);
        if (IsFenced)
            DeleteFenced(lease.Session, key, ifMatch);
        else
            DeleteWhatIsThere(lease.Session, key);
        return default;
    }

    private void DeleteWhatIsThere(Session session, string key)
    {
        var path = Paths.Of(key);
        var stat = session.Send(Requests.Stat(path));
        var remove = session.Send(Requests.Remove(path));
        var attributes = stat.AttributesIfAny();
        try
        {
            remove.Done();
        }
        catch (StatusException) when (attributes is { IsFolder: true })
        {
            throw StorageErrors.IsFolder(key, Name);
        }

        Versions.NoteRemoval(key, attributes);
    }

    /// <summary>A version given by the caller is removed without reading the file first; otherwise the file is read first.</summary>
    private void DeleteFenced(Session session, string key, string? ifMatch)
    {
        var fence = new SftpFence(this, session, key);
        var known = ifMatch is null ? null : FileVersion.Parse(ifMatch);
        for (var attempts = 0; attempts < MaxDeletions; attempts++)
        {
            var version = known ?? Removable(fence.Lookup(), key, ifMatch);
            known = null;
            if (!fence.TryRemove(version))
                continue;
            Versions.NoteRemoval(key, version.LastModified);
            return;
        }

        throw new BackendUnavailableException("Too much contention: the file keeps changing. Retry later.", key, Name)
        {
            IsTransient = true,
        };
    }

    private FileVersion Removable(SftpAttributes? there, string key, string? ifMatch)
    {
        if (there is not { } attributes)
            throw StorageErrors.NotFound(key, Name);
        if (attributes.IsFolder)
            throw StorageErrors.IsFolder(key, Name);
        return Conditions.Failure(SftpVersions.InfoOf(key, attributes), ifMatch, key, Name) is { } failure
            ? throw failure
            : FileVersion.Of(attributes);
    }

    /// <summary>Fills a staged file and publishes it.</summary>
    private RemoteFileInfo Put(string key, WriteOptions options, SessionLease lease, Action<SftpStaged> fill, SftpAttributes? copyOf = null)
    {
        CheckConditions(options.IfNoneMatch, options.IfMatch, key);
        var (staged, publication) = Stage(lease, key, options);
        try
        {
            publication!.Check();
            publication.CopyOf = copyOf;
            if (publication.Replaces || copyOf is not null)
                staged.Restrict();
            fill(staged);
            return publication.Publish(staged.Path, staged.Complete(), isToken: false, isTransfer: copyOf is not null);
        }
        catch
        {
            staged.Abandon();
            throw;
        }
        finally
        {
            publication?.Dispose();
        }
    }

    /// <summary>
    /// Opens a staged file next to its target; missing folders above it are created when the server reports them missing.
    /// </summary>
    /// <param name="lease">The session.</param>
    /// <param name="key">The target.</param>
    /// <param name="options">The options if it will be published on this session: the target's metadata is then
    /// requested in the same round trip.</param>
    private (SftpStaged Staged, Publication? Publication) Stage(SessionLease lease, string key, WriteOptions? options)
    {
        const int MaxAttempts = 100;
        for (var attempts = 1; ; attempts++)
        {
            var name = StagingName.New(LocalKeys.NameOf(key));
            var path = Paths.SiblingOf(key, name);
            var open = lease.Session.Send(
                Requests.Open(
                    path,
                    OpenModes.Write | OpenModes.Create | OpenModes.Exclusive,
                    NewFileMode is null ? null : SftpStaged.OwnerOnly
                )
            );
            var publication = options is null ? null : new Publication(this, lease.Session, key, options);
            try
            {
                return (new SftpStaged(lease, path, name, open.Handle(), Options.MaxBytesInFlight, Options.Durable), publication);
            }
            catch (IOException e)
            {
                publication?.Dispose();
                // Another client may also have deleted the empty folder after its creation.
                if (e is not StatusException { Code: StatusCode.NoSuchFile } || attempts == MaxAttempts)
                    throw;
            }

            if (options?.IfMatch is not null)
                throw Conditions.Failure((RemoteFileInfo?)null, options, key, Name)!;
            MakeFolders(lease.Session, LocalKeys.ParentOf(key), key);
        }
    }

    /// <summary>Refuses conditions that the server does not support, before any byte is sent.</summary>
    private void CheckConditions(string? ifNoneMatch, string? ifMatch, string key)
    {
        if (ifNoneMatch is not null)
            Capabilities.Require(Capability.CreateOnly, key, Name);
        if (ifMatch is not null)
            Capabilities.Require(Capability.Conditional, key, Name);
    }

    internal NotFoundException NoSuchStaging(string key) => StorageErrors.NotStaged(key, Name);
}
