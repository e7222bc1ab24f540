using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>A folder identified by its path.</summary>
internal sealed class PortableFolder(PortableFiles files, string key, string path) : LocalFolder
{
    public override void Dispose() { }

    internal override LocalStat? Stat(string name) => PortableFiles.StatPath(Join(name));

    internal override SafeFileHandle Create(string name)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(Join(name), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = (UnixFileMode)FileRights.Staged,
        };
        // A handle cannot be opened with permissions of its own.
        new FileStream(Join(name), options).Dispose();
        return File.OpenHandle(Join(name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    internal override void Rename(string name, LocalFolder target, string targetName, bool replace)
    {
        var (from, to) = (Join(name), ((PortableFolder)target).Join(targetName));
        if (OperatingSystem.IsWindows())
            WindowsNames.Rename(from, to, replace);
        else if (replace)
            Check("rename", Posix.Rename(from, to));
        else
            Link(from, to);
    }

    internal override bool TryLink(string name, LocalFolder target, string targetName)
    {
        if (OperatingSystem.IsWindows())
            return false;
        var errno = Posix.Link(Join(name), ((PortableFolder)target).Join(targetName));
        if (!LocalFiles.CannotLink(errno))
            Check("link", errno);
        return errno == 0;
    }

    internal override SafeFileHandle Reopen(string name, bool write = true) =>
        File.OpenHandle(Join(name), FileMode.Open, write ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    internal override FileRights? RightsOf(string name)
    {
        if (OperatingSystem.IsWindows() || Stat(name) is not { IsFile: true })
            return null;
        try
        {
            using var file = File.OpenHandle(Join(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return FileRights.Of(file);
        }
        catch (UnauthorizedAccessException)
        {
            return LinuxCalls.AreKnown && LinuxCalls.OwnerOf(Join(name)) is var (mode, user, group)
                ? FileRights.Of(mode, user, group)
                : FileRights.New(FileRights.Staged);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    internal override FileRights? RightsOfNew() => OperatingSystem.IsWindows() ? null : FileRights.New(files.Root.Modes.FileIn(path));

    // Null: operations are not recorded where folders are identified by their paths.
    internal override SafeFileHandle? TryOpen(string name) => null;

    internal override bool TryMark(string name, string text)
    {
        if (OperatingSystem.IsWindows())
            return WindowsNames.TryMark(Join(name), text);
        var errno = Posix.Symlink(text, Join(name));
        if (!LocalFiles.CannotMark(errno))
            Check("symlink", errno);
        return errno == 0;
    }

    internal override string? ReadMark(string name) =>
        OperatingSystem.IsWindows() ? WindowsNames.ReadMark(Join(name)) : new FileInfo(Join(name)).LinkTarget;

    internal override void Unlink(string name)
    {
        if (OperatingSystem.IsWindows())
            File.Delete(Join(name));
        else
            Check("unlink", Posix.Unlink(Join(name)));
    }

    internal override void RemoveFolder(string name) => Directory.Delete(Join(name), recursive: false);

    internal override void Sync() => files.Root.Durability.SyncFolder(path);

    internal override IReadOnlyList<LocalName> Read(string? cursor, int limit) => files.Cursors.Read(key, path, cursor, limit);

    private static void Link(string from, string to)
    {
        var errno = Posix.Link(from, to);
        // A response that was lost on the network, and the call sent again: the first one succeeded.
        if (
            errno == Errno.Exists
            && PortableFiles.StatPath(from) is { } one
            && PortableFiles.StatPath(to) is { } other
            && one.IsSame(other)
        )
            errno = 0;
        Check("link", errno);
        Check("unlink", Posix.Unlink(from));
    }

    private static void Check(string call, int errno)
    {
        if (errno != 0)
            throw new PosixException(call, errno);
    }

    private string Join(string name) => Path.Join(path, name);
}
