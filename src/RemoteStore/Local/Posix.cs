using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>System calls that every Unix has. Results are error numbers; 0 for success.</summary>
internal static partial class Posix
{
    private const string Library = "libc";

    internal static int LastError => Marshal.GetLastPInvokeError();

    internal static int Sync(SafeFileHandle handle)
    {
        int errno;
        do errno = ErrorOf(FSync(handle));
        while (errno == Errno.Interrupted);
        return errno;
    }

    /// <summary>Changes owner and group; the largest number leaves one unchanged.</summary>
    internal static int ChangeOwner(SafeFileHandle file, uint user, uint group) => ErrorOf(FChOwn(file, user, group));

    internal static int Link(string from, string to) => ErrorOf(LinkPath(from, to));

    internal static int Rename(string from, string to) => ErrorOf(RenamePath(from, to));

    internal static int Symlink(string target, string path) => ErrorOf(SymlinkPath(target, path));

    internal static int Unlink(string path) => ErrorOf(UnlinkPath(path));

    /// <summary>Opens a folder so that it can be synced; the runtime's own calls reject folders.</summary>
    internal static SafeFileHandle OpenFolder(string path)
    {
        var fd = Open(path, OperatingSystem.IsLinux() ? LinuxCalls.CloseOnExec : 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new PosixException("open", LastError);
    }

    internal static int ErrorOf(nint result) => result >= 0 ? 0 : LastError;

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle handle);

    [LibraryImport(Library, EntryPoint = "fchown", SetLastError = true)]
    private static partial int FChOwn(SafeFileHandle file, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkPath(string from, string to);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenamePath(string from, string to);

    [LibraryImport(Library, EntryPoint = "symlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SymlinkPath(string target, string path);

    [LibraryImport(Library, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkPath(string path);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
