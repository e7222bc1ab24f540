using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>Syncs files and folders, and remembers whether the mount can. A failed sync fails the write and is never tried again.</summary>
/// <param name="wanted">Whether to sync at all.</param>
internal sealed class Durability(bool wanted)
{
    private static readonly string[] CannotSync = ["EINVAL", "EROFS", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];
    private volatile bool _worked;
    private volatile bool _refused;

    internal bool Wanted => wanted;

    /// <summary>Whether the mount syncs; null until tried.</summary>
    internal bool? IsDurable => !wanted || _refused ? false : _worked ? true : null;

    internal void Sync(SafeFileHandle handle)
    {
        if (!wanted)
            return;
        if (OperatingSystem.IsWindows())
            RandomAccess.FlushToDisk(handle);
        else
            Note(Posix.Sync(handle));
    }

    internal void SyncFolder(string path)
    {
        // Windows has no call for it: its file systems journal the names.
        if (!wanted || OperatingSystem.IsWindows())
            return;
        using var handle = Posix.OpenFolder(path);
        Note(Posix.Sync(handle));
    }

    // The runtime's own FlushToDisk keeps silent about mounts that cannot sync, so the answer of the call itself is looked at.
    private void Note(int errno)
    {
        if (errno == 0)
            _worked = true;
        else if (CannotSync.Contains(Errno.NameOf(errno)))
            _refused = true;
        else
            throw new PosixException("fsync", errno);
    }
}
