namespace RemoteStore.Local;

/// <summary>The version of a file to be moved.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version.</param>
/// <param name="Next">The number of the next record over it.</param>
internal readonly record struct MoveSource(LocalFolder Folder, string Name, LocalStat Version, int Next);

internal sealed partial class LocalFence
{
    /// <summary>Publishes the second name of a file over another file, and removes the first.</summary>
    /// <param name="source">The version to move.</param>
    /// <param name="to">The destination's folder.</param>
    /// <param name="second">The second name, in that folder.</param>
    /// <param name="destination">The destination's key.</param>
    /// <param name="decide">Throws if the current version must not be replaced. May be called several times.</param>
    /// <returns>False when nothing was done, because the source changed or the move was rolled back.</returns>
    internal bool TryMove(MoveSource source, LocalFolder to, string second, string destination, Action<LocalStat?> decide)
    {
        var (from, name, version, next) = source;
        // The name may have been given to another version before it was linked.
        if (to.Stat(second) != version || !from.TryMark(Records.NameOf(name, version, next), Records.Move(second, name, destination)))
            return false;
        if (from.Stat(name) != version)
        {
            Calls.UnlinkIfThere(from, Records.NameOf(name, version, next));
            return false;
        }

        if (Commit(to, second, LocalKeys.NameOf(destination), decide, linked: true) is null)
            return false;
        FinishMove(from, name, version, next);
        return true;
    }

    /// <summary>
    /// Recovers a recorded move. Removing the second name rolls it back, unless it was already published: then the source is another name
    /// of the file at the destination, and is removed.
    /// </summary>
    private int? TryFinishMove(LocalFolder folder, FenceRecord record, LocalStat version, int next, bool takeBack)
    {
        using var to = files.OpenFolder(LocalKeys.ParentOf(record.Destination!), create: false);
        if (to is null || (takeBack ? Calls.UnlinkIfThere(to, record.Staged) : to.Stat(record.Staged) is not null))
            return next;
        if (to.Stat(LocalKeys.NameOf(record.Destination!)) is not { } there || !there.IsSame(version))
            return next;
        FinishMove(folder, record.Target, version, next - 1);
        return null;
    }

    private static void FinishMove(LocalFolder from, string name, LocalStat version, int last)
    {
        AsideFile.Remove(from, name, version);
        from.Sync();
        Records.Remove(from, name, version, last);
    }
}
