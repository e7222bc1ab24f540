using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>
/// The opened root. It is kept open, and reopened when it was replaced by another folder: this is checked before every change, after every
/// miss, and otherwise once a second.
/// </summary>
internal sealed class LinuxRoot(LocalRoot root)
{
    private const int RecheckMilliseconds = 1000;
    private volatile Opened? _current;

    /// <summary>The root; null when it does not exist.</summary>
    internal SafeFileHandle? Get(bool fresh)
    {
        var current = _current;
        if (current is not null && !fresh && Environment.TickCount64 - current.CheckedAt < RecheckMilliseconds)
            return current.Handle;
        return Refresh(current)?.Handle;
    }

    /// <summary>The root, created when it does not exist.</summary>
    internal SafeFileHandle GetOrMake()
    {
        if (Get(fresh: true) is { } handle)
            return handle;
        root.Make();
        return Get(fresh: true) ?? throw new PosixException("open", Errno.NoEntry);
    }

    /// <summary>Whether the root was replaced by another folder, or removed, since this one was opened.</summary>
    internal bool HasChanged(SafeFileHandle seen) => !ReferenceEquals(Get(fresh: true), seen);

    internal void Close()
    {
        var current = _current;
        _current = null;
        current?.Handle.Dispose();
    }

    private Opened? Refresh(Opened? current)
    {
        var errno = LinuxCalls.StatPath(root.Path, 0, out var now);
        if (errno == Errno.NoEntry)
            return _current = null;
        if (errno == Errno.NotFolder || (errno == 0 && now.Kind != LocalKind.Folder))
            throw LocalRoot.IsNoFolder();
        if (errno != 0)
            throw new PosixException("statx", errno);
        if (current is null || !current.Stat.IsSame(now))
            return _current = Open();
        current.CheckedAt = Environment.TickCount64;
        return current;
    }

    // The handle of a replaced root is left to its finalizer: another thread may be about to use it.
    private Opened? Open()
    {
        var fd = LinuxCalls.OpenPath(root.Path, LinuxCalls.PathOnly | LinuxCalls.FolderOnly, 0);
        if (fd < 0)
            return Posix.LastError is var errno && errno == Errno.NoEntry ? null : throw new PosixException("openat2", errno);
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        var failure = LinuxCalls.Stat(fd, out var stat);
        return failure == 0 ? new Opened(handle, stat) : throw new PosixException("statx", failure);
    }

    private sealed class Opened(SafeFileHandle handle, LocalStat stat)
    {
        internal SafeFileHandle Handle => handle;

        internal LocalStat Stat => stat;

        internal long CheckedAt { get; set; } = Environment.TickCount64;
    }
}
