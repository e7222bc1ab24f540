using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>
/// Syncs files and folders, and records whether the mount supports it. A failed sync fails the write and is never retried.
/// </summary>
/// <param name="wanted">Whether to sync at all.</param>
/// <param name="refused">Called once when the mount turns out not to support it.</param>
/// <param name="sync">Syncs and returns the error number; null for the system's own call.</param>
internal sealed class Durability(bool wanted, Action? refused = null, Func<SafeFileHandle, int>? sync = null)
{
    private static readonly string[] CannotSync = ["EINVAL", "EROFS", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];
    private volatile bool _worked;
    private readonly Func<SafeFileHandle, int> _sync = sync ?? Posix.Sync;
    private int _refusals;

    internal bool Wanted => wanted;

    /// <summary>Whether the mount syncs; null until the first attempt.</summary>
    internal bool? IsDurable =>
        !wanted || Volatile.Read(ref _refusals) > 0 ? false
        : _worked ? true
        : null;

    internal void Sync(SafeFileHandle handle)
    {
        if (!wanted)
            return;
        if (OperatingSystem.IsWindows())
            RandomAccess.FlushToDisk(handle);
        else
            Note(_sync(handle));
    }

    internal void SyncFolder(string path)
    {
        // Windows has no call for it: its file systems journal the names.
        if (!wanted || OperatingSystem.IsWindows())
            return;
        using var handle = Posix.OpenFolder(path);
        Note(_sync(handle));
    }

    // The runtime's own FlushToDisk ignores mounts that cannot sync, so the result of the system call is checked here.
    private void Note(int errno)
    {
        if (errno == 0)
            _worked = true;
        else if (CannotSync.Contains(Errno.NameOf(errno)))
            Refuse();
        else
            throw new PosixException("fsync", errno);
    }

    private void Refuse()
    {
        if (Interlocked.Exchange(ref _refusals, 1) == 0)
            refused?.Invoke();
    }
}
