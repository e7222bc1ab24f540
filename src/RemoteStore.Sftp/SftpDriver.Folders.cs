using System.Text;
using RemoteStore.Drivers;
using RemoteStore.Local;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

internal sealed partial class SftpDriver
{
    private const int DeletedAtOnce = 1000;

    // Other clients may create the same names again a few times.
    private const int MaxFutileRounds = 20;

    public override ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = _pool.Acquire();
        try
        {
            lease.Session.Send(Requests.RemoveFolder(Paths.Of(key))).Done();
        }
        catch (StatusException e) when (e.Code is not (StatusCode.NoSuchFile or StatusCode.PermissionDenied))
        {
            // Version 3 has no status for "not empty", and the contents may be hidden and stale.
            AwaitOthers(lease.Session);
            if (!CleanUpFolder(lease, key, cancellationToken))
                throw new FolderNotEmptyException("The folder is not empty, or files in it are being written.", key, Name, e);
            lease.Session.Send(Requests.RemoveFolder(Paths.Of(key))).Done();
        }

        return default;
    }

    public override ValueTask<bool> DeleteTreeAsync(string folder, CancellationToken cancellationToken)
    {
        DeleteEntries(folder, cancellationToken);
        try
        {
            IgnoreMissing(() => Completed.Wait(DeleteEmptyFolderAsync(folder, cancellationToken)));
        }
        catch (FolderNotEmptyException)
        {
            // In the meantime a file that had been moved aside may have been restored.
            DeleteEntries(folder, cancellationToken);
            IgnoreMissing(() => Completed.Wait(DeleteEmptyFolderAsync(folder, cancellationToken)));
        }

        return new(true);
    }

    private void DeleteEntries(string folder, CancellationToken cancellationToken)
    {
        var (last, rounds) = (new HashSet<string>(), 0);
        while (NextPage(folder, cancellationToken) is { Count: > 0 } entries)
        {
            rounds = last.IsSupersetOf(entries.Select(e => e.Entry.Path)) ? rounds + 1 : 0;
            if (rounds == MaxFutileRounds)
                throw new BackendUnavailableException(
                    "The deletion did not complete: the folder still lists removed entries.",
                    folder,
                    Name
                )
                {
                    IsTransient = true,
                };
            last = [.. entries.Select(e => e.Entry.Path)];
            foreach (var entry in entries.Where(e => e.IsFolder))
                Completed.Result(DeleteTreeAsync(entry.Entry.Path, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            RemoveAll(entries.Where(e => !e.IsFolder).Select(e => e.Entry.Path));
        }
    }

    /// <summary>
    /// Waits until the other sessions have answered all earlier requests: requests that were not awaited may remove the
    /// entries that block the deletion, and a session answers in order.
    /// </summary>
    private void AwaitOthers(Session own)
    {
        foreach (var answer in _pool.Others(own).Select(MarkerOn).ToList())
        {
            try
            {
                answer?.AttributesIfAny();
            }
            catch (IOException)
            {
                // A lost session does not answer.
            }
        }
    }

    private Reply? MarkerOn(Session session)
    {
        try
        {
            return session.Send(Requests.Stat(Paths.Of("")));
        }
        catch (SessionLostException)
        {
            return null;
        }
    }

    /// <summary>The first entries of a folder; removed entries are not listed again.</summary>
    private List<DriverEntry> NextPage(string folder, CancellationToken cancellationToken)
    {
        using var lease = _pool.Acquire();
        using var listing = OpenListing.Open(this, lease.Session, folder);
        return listing?.Take(DeletedAtOnce, cancellationToken) ?? [];
    }

    /// <summary>Removes files in one round trip.</summary>
    private void RemoveAll(IEnumerable<string> keys)
    {
        using var lease = _pool.Acquire();
        foreach (var removal in keys.Select(k => lease.Session.Send(Requests.Remove(Paths.Of(k)))).ToList())
            IgnoreMissing(removal.Done);
    }

    // Another client has deleted it concurrently, which is the intended result.
    private static void IgnoreMissing(Action removal)
    {
        try
        {
            removal();
        }
        catch (StatusException e) when (e.Code == StatusCode.NoSuchFile) { }
    }

    /// <summary>
    /// Creates a folder and its ancestors, including the root: one round trip to read the existing ones, one to create the others.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="key">The key that needs it, for errors.</param>
    private void MakeFolders(Session session, string folder, string key)
    {
        var stats = Ancestors(folder).Select(f => (Path: Paths.Of(f), Reply: session.Send(Requests.Stat(Paths.Of(f))))).ToList();
        var missing = new List<string>();
        foreach (var (path, reply) in stats)
        {
            var attributes = reply.AttributesIfAny();
            if (attributes is { IsFolder: false })
                throw StorageErrors.ParentIsNoFolder(key, Name);
            if (attributes is null)
                missing.AddRange(missing.Count == 0 && path == Paths.Of("") ? AboveRoot() : [path]);
        }

        var makings = missing.Select(path => session.Send(Requests.MakeFolder(path))).ToList();
        var parents = SyncsFolders(session)
            ? missing.Select(ParentOf).Distinct().Select(path => session.Send(Requests.Open(path, OpenModes.Read))).ToList()
            : [];
        var made = makings.Select(MadeOrThere).ToList();
        if (_newFolderMode is { } mode)
            missing
                .Where((_, i) => made[i])
                .Select(path => session.Send(Requests.SetMode(path, mode)))
                .ToList()
                .ForEach(reply => reply.Done());
        SyncAll(session, parents);
    }

    /// <summary>
    /// Syncs folders that are being opened, in one round trip; the server syncs those that it cannot open in its own time.
    /// </summary>
    private void SyncAll(Session session, List<Reply> folders)
    {
        var syncs = new List<Reply>();
        foreach (var handle in folders.Select(f => f.HandleIfAny()).OfType<byte[]>())
        {
            syncs.Add(session.Send(Requests.Sync(handle)));
            session.SendAndForget(Requests.Close(handle));
        }

        syncs.ForEach(FolderSyncs.Take);
    }

    private static string ParentOf(string path) =>
        path.LastIndexOf('/') switch
        {
            < 0 => ".",
            0 => "/",
            var end => path[..end],
        };

    /// <summary>Whether this request created the folder.</summary>
    private static bool MadeOrThere(Reply made)
    {
        try
        {
            made.Done();
            return true;
        }
        catch (StatusException e) when (e.Code is not StatusCode.PermissionDenied)
        {
            // Another client created it, or the opening that follows reports the reason.
            return false;
        }
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        yield return "";
        for (var end = folder.IndexOf('/', StringComparison.Ordinal); end >= 0; end = folder.IndexOf('/', end + 1))
            yield return folder[..end];
        if (folder.Length > 0)
            yield return folder;
    }

    private IEnumerable<string> AboveRoot()
    {
        var root = Paths.Of("");
        for (var end = root.IndexOf('/', 1); end >= 0; end = root.IndexOf('/', end + 1))
            yield return root[..end];
        yield return root;
    }

    /// <summary>Removes the leftovers of crashed writers in a folder that has no other entries.</summary>
    /// <returns>Whether the folder is now empty.</returns>
    private bool CleanUpFolder(SessionLease lease, string key, CancellationToken cancellationToken)
    {
        using var listing = OpenListing.Open(this, lease.Session, key);
        if (listing is not null)
            listing.IsLast = true;
        if (listing is null || listing.Take(1, cancellationToken).Count > 0)
            return false;
        return listing.HiddenKept == 0;
    }

    /// <summary>Converts a listed entry for callers; null for an entry that is hidden from them.</summary>
    internal DriverEntry? EntryOf(Session session, string folder, ListedName name)
    {
        if (
            PathRules.IsReserved(name.Name)
            || PathRules.Canonicalize(name.Name, foldBackslash: false, out var canonical) is not null
            || canonical != name.Name
        )
            return null;
        var key = LocalKeys.Join(folder, name.Name);
        if (Encoding.UTF8.GetByteCount(key) > PathRules.MaxKeyBytes)
            return null;
        var attributes = name.Attributes.IsComplete ? name.Attributes : AttributesOf(session, Requests.LinkStat(Paths.Of(key)));
        // A link is listed only if it leads to a file: a link to a folder could make a tree infinite.
        if (attributes is { IsLink: true })
            attributes = AttributesOf(session, Requests.Stat(Paths.Of(key))) is { IsFile: true } linked ? linked : null;
        return attributes is { IsFolder: true } or { Size: not null } ? EntryOf(key, attributes.Value) : null;
    }

    private static SftpAttributes? AttributesOf(Session session, PacketWriter request)
    {
        try
        {
            return session.Send(request).AttributesIfAny();
        }
        catch (StatusException)
        {
            return null;
        }
    }
}
