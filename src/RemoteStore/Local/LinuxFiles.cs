using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>
/// Files below an opened root folder: the kernel resolves each key within it, so no link leads out, even if links are swapped concurrently.
/// </summary>
internal sealed class LinuxFiles(LocalRoot root) : LocalFiles(root)
{
    private const int CopyBlock = 8 * 1024 * 1024;
    private const int MaxAttempts = 100;
    private const int LongerPause = 200;
    private static readonly string[] CannotCopyRange = ["EXDEV", "EINVAL", "ENOSYS", "EOPNOTSUPP", "EPERM"];
    private static readonly Lazy<bool> Supported = new(Probe);
    private readonly LinuxRoot _root = new(root);

    /// <summary>Whether the kernel has openat2; sandboxes that do not support it return EPERM.</summary>
    internal static bool IsSupported => Supported.Value;

    /// <summary>Whether to publish by rename where the file system supports exclusive renames; else by hard link.</summary>
    internal bool PublishByRename { get; set; } = true;

    internal override LocalStat? Stat(string key)
    {
        while (_root.Get(fresh: false) is { } handle)
        {
            if (StatIn(handle, key) is { } stat)
                return stat;
            if (!_root.HasChanged(handle))
                return null;
        }

        return null;
    }

    internal override (SafeFileHandle Handle, LocalStat Stat) OpenRead(string key)
    {
        while (_root.Get(fresh: false) is { } handle)
        {
            var errno = TryOpen(handle, key, LinuxCalls.NonBlocking, out var fd);
            if (errno == 0)
                return Opened(fd);
            if (errno != Errno.NoEntry || !_root.HasChanged(handle))
                throw new PosixException("openat2", errno);
        }

        throw new PosixException("openat2", Errno.NoEntry);
    }

    internal override bool HasName(string key)
    {
        if (_root.Get(fresh: false) is not { } handle)
            return false;
        if (!key.Contains('/', StringComparison.Ordinal))
            return LinuxCalls.Stat(handle, key, LinuxCalls.NoFollow, out _) == 0;
        var errno = TryOpen(handle, key, LinuxCalls.PathOnly | LinuxCalls.LinkItself, out var fd);
        if (errno == 0)
            LinuxCalls.Close(fd);
        return errno == 0;
    }

    internal override LocalFolder? OpenFolder(string key, bool create)
    {
        if (create)
            return MakeFolder(key);
        if (_root.Get(fresh: true) is not { } handle)
            return null;
        return TryOpen(handle, key, LinuxCalls.FolderOnly, out var fd) switch
        {
            0 => new LinuxFolder(this, new SafeFileHandle(fd, ownsHandle: true)),
            Errno.NoEntry or Errno.NotFolder => null,
            var errno => throw new PosixException("openat2", errno),
        };
    }

    internal override LocalStat StatOf(SafeFileHandle handle)
    {
        var errno = LinuxCalls.Stat(handle, "", LinuxCalls.EmptyPath, out var stat);
        return errno == 0 ? stat : throw new PosixException("statx", errno);
    }

    internal override bool IsContained => true;

    internal override void Stamp(SafeFileHandle handle, long ticks)
    {
        var (seconds, nanoseconds) = NativeTime.Split(ticks);
        if (LinuxCalls.Stamp(handle, seconds, nanoseconds) is var errno and not 0)
            throw new PosixException("futimens", errno);
    }

    internal override void CopyContent(SafeFileHandle from, SafeFileHandle to, CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = LinuxCalls.CopyRange(from, to, CopyBlock);
            var errno = Posix.ErrorOf(count);
            if (first && errno != 0 && CannotCopyRange.Contains(Errno.NameOf(errno)))
            {
                base.CopyContent(from, to, cancellationToken);
                return;
            }

            if (errno is not (0 or Errno.Interrupted))
                throw new PosixException("copy_file_range", errno);
            if (count == 0)
                return;
        }
    }

    public override void Dispose() => _root.Close();

    private static bool Probe()
    {
        if (!LinuxCalls.AreKnown)
            return false;
        var fd = LinuxCalls.OpenPath(".", LinuxCalls.PathOnly, LinuxCalls.Beneath);
        if (fd >= 0)
            LinuxCalls.Close(fd);
        return fd >= 0 || Errno.NameOf(Posix.LastError) is not ("ENOSYS" or "EPERM" or "EINVAL");
    }

    private static LocalStat? StatIn(SafeFileHandle root, string key)
    {
        if (!key.Contains('/', StringComparison.Ordinal))
        {
            var failure = LinuxCalls.Stat(root, key, LinuxCalls.NoFollow, out var direct);
            if (failure == Errno.NoEntry)
                return null;
            if (failure == 0 && direct.Kind != LocalKind.Link)
                return direct;
        }

        return TryOpen(root, key, LinuxCalls.PathOnly, out var fd) switch
        {
            0 => StatAndClose(fd),
            Errno.NoEntry or Errno.NotFolder => null,
            var errno => throw new PosixException("openat2", errno),
        };
    }

    private static LocalStat StatAndClose(nint fd)
    {
        var errno = LinuxCalls.Stat(fd, out var stat);
        LinuxCalls.Close(fd);
        return errno == 0 ? stat : throw new PosixException("statx", errno);
    }

    private static (SafeFileHandle Handle, LocalStat Stat) Opened(nint fd)
    {
        var errno = LinuxCalls.Stat(fd, out var stat);
        if (errno == 0)
            return (new SafeFileHandle(fd, ownsHandle: true), stat);
        LinuxCalls.Close(fd);
        throw new PosixException("statx", errno);
    }

    // The kernel returns EAGAIN when names were renamed while it walked a path with "..": the walk is simply retried.
    private static int TryOpen(SafeFileHandle root, string key, int flags, out nint fd)
    {
        for (var attempts = 1; ; attempts++)
        {
            fd = LinuxCalls.OpenBeneath(root, key.Length == 0 ? "." : key, flags);
            if (fd >= 0)
                return 0;
            var errno = Posix.LastError;
            if (attempts == MaxAttempts || Errno.NameOf(errno) is not ("EAGAIN" or "EINTR"))
                return errno;
        }
    }

    private LinuxFolder MakeFolder(string key)
    {
        var made = new List<string>();
        return new LinuxFolder(this, MakeFolder(key, made)) { Made = made };
    }

    private SafeFileHandle MakeFolder(string key, List<string> made)
    {
        for (var attempts = 0; attempts < MaxAttempts; attempts++)
        {
            var errno = TryOpen(_root.GetOrMake(), key, LinuxCalls.FolderOnly, out var fd);
            if (errno == 0)
                return new SafeFileHandle(fd, ownsHandle: true);
            if (errno != Errno.NoEntry)
                throw new PosixException("openat2", errno);
            // A process that repeatedly removes empty folders could otherwise stay in step with every attempt.
            Thread.SpinWait(Random.Shared.Next(attempts * LongerPause));
            if (key.Length > 0)
                MakeFolderIn(LocalKeys.ParentOf(key), key, made);
        }

        throw HasName(key) ? LinkWalk.LeadsNowhere() : new PosixException("mkdirat", Errno.NoEntry);
    }

    // The umask has removed bits that the setting may grant.
    private void SetMode(SafeFileHandle parent, string name)
    {
        if (Root.Modes.Folder is not { } mode || OperatingSystem.IsWindows())
            return;
        var fd = LinuxCalls.OpenBeneath(parent, name, LinuxCalls.FolderOnly | LinuxCalls.LinkItself);
        if (fd < 0)
            return;
        using var folder = new SafeFileHandle(fd, ownsHandle: true);
        File.SetUnixFileMode(folder, (UnixFileMode)mode);
    }

    private void MakeFolderIn(string parentKey, string key, List<string> made)
    {
        const uint AllFolder = 0x1FF;
        using var parent = MakeFolder(parentKey, made);
        var name = LocalKeys.NameOf(key);
        var errno = LinuxCalls.MakeFolder(parent, name, Root.Modes.Folder ?? AllFolder);
        if (errno is not (0 or Errno.Exists or Errno.NoEntry))
            throw new PosixException("mkdirat", errno);
        if (errno != 0)
            return;
        made.Add(key);
        SetMode(parent, name);
        Root.Durability.Sync(parent);
    }
}
