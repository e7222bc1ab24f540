using Microsoft.Win32.SafeHandles;
using RemoteStore.Drivers;

namespace RemoteStore.Local;

/// <summary>
/// Files by path, for systems that cannot resolve paths beneath a folder. Links are resolved one by one and rejected when they lead out of
/// the root. A process that swaps folders for links inside the root concurrently could still redirect a call.
/// </summary>
internal sealed class PortableFiles(LocalRoot root) : LocalFiles(root)
{
    private const int MaxAttempts = 100;
    private readonly PortableCursors _cursors = new();

    internal override LocalStat? Stat(string key) => PathOf(key) is { } path ? StatPath(path) : null;

    internal override (SafeFileHandle Handle, LocalStat Stat) OpenRead(string key)
    {
        if (PathOf(key) is not { } path || StatPath(path) is not { } stat)
            throw new FileNotFoundException();
        if (!stat.IsFile)
            return (new SafeFileHandle(), stat);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return (handle, StatOf(handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    internal override bool HasName(string key)
    {
        var name = LocalKeys.NameOf(key);
        return PathOf(LocalKeys.ParentOf(key)) is { } parent && StatPath(Path.Join(parent, name)) is not null;
    }

    internal override LocalFolder? OpenFolder(string key, bool create)
    {
        var made = new List<string>();
        for (var attempts = 0; attempts < MaxAttempts; attempts++)
        {
            if (create && !TryMakeFolder(key, made))
                continue;
            if (PathOf(key) is { } path && StatPath(path) is { Kind: LocalKind.Folder })
                return new PortableFolder(this, key, path) { Made = made };
            if (!create)
                return null;
        }

        throw new PosixException("mkdir", Errno.NoEntry);
    }

    internal override void ReleaseCursor(string folder, string cursor) => _cursors.Release(folder, cursor);

    internal PortableCursors Cursors => _cursors;

    internal override LocalStat StatOf(SafeFileHandle handle)
    {
        if (LinuxCalls.AreKnown)
            return LinuxCalls.Stat(handle, "", LinuxCalls.EmptyPath, out var stat) is var errno and not 0
                ? throw new PosixException("statx", errno)
                : stat;
        return new LocalStat(LocalKind.File, RandomAccess.GetLength(handle), TicksOf(() => File.GetLastWriteTimeUtc(handle)));
    }

    internal override bool IsContained => false;

    internal override void Stamp(SafeFileHandle handle, long ticks)
    {
        if (!LinuxCalls.AreKnown)
            File.SetLastWriteTimeUtc(handle, NativeTime.Of(ticks).UtcDateTime);
        else if (
            NativeTime.Split(ticks) is var (seconds, nanoseconds)
            && LinuxCalls.Stamp(handle, seconds, nanoseconds) is var errno and not 0
        )
            throw new PosixException("futimens", errno);
    }

    public override void Dispose() => _cursors.Clear();

    /// <summary>The entry at an absolute path; the last name is not followed.</summary>
    internal static LocalStat? StatPath(string path)
    {
        if (!LinuxCalls.AreKnown)
            return StatEntry(new FileInfo(path));
        return LinuxCalls.StatPath(path, LinuxCalls.NoFollow, out var stat) switch
        {
            0 => stat,
            Errno.NoEntry or Errno.NotFolder => null,
            var errno => throw new PosixException("statx", errno),
        };
    }

    private static LocalStat? StatEntry(FileInfo file)
    {
        if ((int)file.Attributes == -1)
            return null;
        if (file.LinkTarget is not null)
            return new LocalStat(LocalKind.Link, 0, 0);
        return file.Attributes.HasFlag(FileAttributes.Directory)
            ? new LocalStat(LocalKind.Folder, 0, TicksOf(() => file.LastWriteTimeUtc))
            : new LocalStat(
                file.Attributes.HasFlag(FileAttributes.Device) ? LocalKind.Special : LocalKind.File,
                file.Length,
                TicksOf(() => file.LastWriteTimeUtc)
            );
    }

    // The runtime throws for a time that it cannot represent.
    private static long TicksOf(Func<DateTime> time)
    {
        try
        {
            return (time() - DateTime.UnixEpoch).Ticks;
        }
        catch (ArgumentOutOfRangeException)
        {
            return NativeTime.Last;
        }
    }

    private string? PathOf(string key)
    {
        if (OperatingSystem.IsWindows())
            WindowsNames.Check(key);
        return StatRoot() ? LinkWalk.Resolve(Root.Path, key) : null;
    }

    private bool StatRoot()
    {
        if (Directory.Exists(Root.Path))
            return true;
        // A folder now: it was created after the first check, whose result is used.
        return StatPath(Root.Path) is { Kind: not (LocalKind.Link or LocalKind.Folder) } || File.Exists(Root.Path)
            ? throw LocalRoot.IsNoFolder()
            : false;
    }

    // False: a parent was deleted concurrently.
    private bool TryMakeFolder(string key, List<string> made)
    {
        try
        {
            MakeFolder(key, made);
            return true;
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Stage) is NotFoundException)
        {
            return false;
        }
    }

    private void MakeFolder(string key, List<string> made)
    {
        if (!StatRoot())
            Root.Make();
        if (key.Length == 0)
            return;
        var path = PathOf(key) ?? throw new PosixException("mkdir", Errno.NotFolder);
        if (StatPath(path) is { } there)
        {
            if (there.Kind != LocalKind.Folder)
                throw new PosixException("mkdir", Errno.NotFolder);
            return;
        }

        MakeFolder(LocalKeys.ParentOf(key), made);
        if (PathOf(LocalKeys.ParentOf(key)) is not { } parent)
            return;
        if (Path.Join(parent, LocalKeys.NameOf(key)) != path)
            throw LinkWalk.LeadsNowhere();
        if (Root.Modes.Folder is { } mode && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(Directory.CreateDirectory(path, (UnixFileMode)mode).FullName, (UnixFileMode)mode);
        else
            Directory.CreateDirectory(path);
        made.Add(key);
        Root.Durability.SyncFolder(parent);
    }
}
