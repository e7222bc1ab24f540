using System.Text;
using RemoteStore.Drivers;

namespace RemoteStore.Local;

internal sealed partial class LocalDriver
{
    private const int CleanUpBlock = 1000;

    public override ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var opened = Files.OpenFolder(folder, create: false);
        if (opened is null)
            return new(DriverPage.Empty);
        var room = PathRules.MaxKeyBytes - (folder.Length == 0 ? 0 : Encoding.UTF8.GetByteCount(folder) + 1);
        // An empty page could be taken for the end, so names that are not entries are skipped here.
        var entries = new List<DriverEntry>();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var names = opened.Read(cursor, limit);
            foreach (var name in names)
            {
                if (EntryIn(opened, folder, name, room) is { } entry)
                    entries.Add(entry with { Cursor = name.Cursor });
            }

            cursor = names.Count < limit ? null : names[^1].Cursor;
        } while (entries.Count == 0 && cursor is not null);
        return new(new DriverPage(entries, cursor));
    }

    public override void ReleaseCursor(string folder, string cursor) => Files.ReleaseCursor(folder, cursor);

    /// <summary>
    /// Removes stale staged files in the whole tree. Folders that cannot be read are skipped, and the first failure is reported at the end.
    /// </summary>
    internal int CleanUp()
    {
        var failures = new DeferredFailure(_ => false);
        try
        {
            var removed = CleanUpTree("", failures);
            failures.ThrowIfAny();
            return removed;
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.List) is { } mapped)
        {
            throw mapped;
        }
    }

    private DriverEntry? EntryIn(LocalFolder opened, string folder, LocalName name, int room)
    {
        if (PathRules.IsReserved(name.Name))
        {
            CleanUpIfStale(opened, name.Name);
            return null;
        }

        if (
            name.Kind == LocalKind.Special
            || PathRules.Canonicalize(name.Name, foldBackslash: false, out _) is not null
            || (name.Name.Length > room / 3 && Encoding.UTF8.GetByteCount(name.Name) > room)
        )
        {
            return null;
        }

        var key = LocalKeys.Join(folder, name.Name);
        if (name.Kind == LocalKind.Folder)
            return new DriverEntry(new RemoteFolderEntry(key));
        return opened.Stat(name.Name) switch
        {
            { Kind: LocalKind.Link } => LinkedFile(key),
            { } stat => EntryOf(key, stat),
            null => null,
        };
    }

    /// <summary>
    /// A link is listed only if it leads to a file: a link to a folder could make a tree endless, and its deletion would leave the folder.
    /// </summary>
    private DriverEntry? LinkedFile(string key)
    {
        try
        {
            return Files.Stat(key) is { IsFile: true } stat ? EntryOf(key, stat) : null;
        }
        catch (Exception e)
            when ((e as RemoteStoreException ?? LocalErrors.Classify(e, DriverOperation.Stat))
                    is InvalidPathException
                        or PermissionDeniedException
            )
        {
            return null;
        }
    }

    private int CleanUpTree(string key, DeferredFailure failures)
    {
        var folders = new List<string>();
        return failures.Try(() => CleanUpOne(key, folders)) + folders.Sum(f => CleanUpTree(f, failures));
    }

    private int CleanUpOne(string key, List<string> folders)
    {
        using var folder = Files.OpenFolder(key, create: false);
        if (folder is null)
            return 0;
        var removed = 0;
        string? cursor = null;
        while (folder.Read(cursor, CleanUpBlock) is { Count: > 0 } names)
        {
            cursor = names[^1].Cursor;
            removed += names.Count(n => CleanUpIfStale(folder, n.Name));
            folders.AddRange(names.Where(n => IsFolder(folder, n)).Select(n => LocalKeys.Join(key, n.Name)));
        }

        return removed;
    }

    private void CleanUpFolder(string key)
    {
        using var folder = Files.OpenFolder(key, create: false);
        string? cursor = null;
        while (folder?.Read(cursor, CleanUpBlock) is { Count: > 0 } names)
        {
            cursor = names[^1].Cursor;
            // A folder that contains any other name will not be removed.
            if (!names.All(n => PathRules.IsReserved(n.Name)))
                return;
            foreach (var name in names)
                CleanUpIfStale(folder, name.Name);
        }
    }

    private static bool IsFolder(LocalFolder folder, LocalName name) =>
        name.Kind == LocalKind.Folder || (name.Kind == LocalKind.Unknown && folder.Stat(name.Name) is { Kind: LocalKind.Folder });

    private bool IsStale(LocalStat? stat) => stat is { } there && _clock.Now - there.LastModified > _options.StagingGrace;

    /// <summary>
    /// Removes a staged file or a record that was not changed within the grace period, unless this process is writing it.
    /// </summary>
    private bool CleanUpIfStale(LocalFolder folder, string name)
    {
        try
        {
            if (Records.IsMark(name))
                return Fence is { } fence && IsStale(folder.Stat(name)) && fence.CleanUp(folder, name);
            if (
                !name.StartsWith(PathRules.TempPrefix, StringComparison.Ordinal)
                || StagingName.IsLive(name)
                || folder.Stat(name) is not { IsFile: true } stat
                || !IsStale(stat)
            )
                return false;
            // It may be recorded as the next version: then it is published, not removed.
            if (StagingName.TargetOf(name) is { } target)
                Fence?.Recover(folder, target);
            return Calls.UnlinkIfThere(folder, name);
        }
        catch (Exception e) when (e is RemoteStoreException || LocalErrors.Classify(e, DriverOperation.Stage) is not null)
        {
            // Cleanup is best effort: a failure to remove must not fail a listing.
            return false;
        }
    }
}
