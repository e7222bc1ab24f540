using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>
/// System calls that only Linux has, by number, since not every C library exports them. Layouts and flags are those of x86-64 and Arm64.
/// </summary>
internal static unsafe partial class LinuxCalls
{
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int CreateExclusive = 0x40 | 0x80;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int PathOnly = 0x200000;
    internal const int NoFollow = 0x100;
    internal const int EmptyPath = 0x1000;
    internal const int RemoveFolderFlag = 0x200;
    internal const uint NoReplace = 1;
    internal const ulong Beneath = 0x08 | 0x02;

    private const string Library = "libc";
    private const nint CurrentDirectory = -100;
    private const uint BasicFacts = 0x7ff;
    private const int MaxAttribute = 64 * 1024;
    private const nint OpenAt2Number = 437;

    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly nint StatxNumber = Arm ? 291 : 332;
    private static readonly nint RenameAt2Number = Arm ? 276 : 316;
    private static readonly nint GetDentsNumber = Arm ? 61 : 217;
    private static readonly nint CopyRangeNumber = Arm ? 285 : 326;

    /// <summary>Whether the numbers and layouts here are valid.</summary>
    internal static bool AreKnown { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    internal static int FolderOnly { get; } = Arm ? 0x4000 : 0x10000;

    internal static int LinkItself { get; } = Arm ? 0x8000 : 0x20000;

    /// <summary>Opens a path below a folder; no link and no <c>..</c> leads out of it. Negative for an error.</summary>
    internal static nint OpenBeneath(SafeFileHandle folder, string path, int flags, uint mode = 0)
    {
        var how = new OpenHow
        {
            Flags = (ulong)(uint)(flags | CloseOnExec),
            Mode = mode,
            Resolve = Beneath,
        };
        return OpenAt2(OpenAt2Number, folder, path, how, (nuint)sizeof(OpenHow));
    }

    /// <summary>Opens a path from the current directory.</summary>
    internal static nint OpenPath(string path, int flags, ulong resolve)
    {
        var how = new OpenHow { Flags = (ulong)(uint)(flags | CloseOnExec), Resolve = resolve };
        return OpenAt2(OpenAt2Number, CurrentDirectory, path, how, (nuint)sizeof(OpenHow));
    }

    internal static int Stat(SafeFileHandle folder, string name, int flags, out LocalStat stat)
    {
        var errno = Posix.ErrorOf(Statx(StatxNumber, folder, name, flags, BasicFacts, out var facts));
        stat = facts.ToStat();
        return errno;
    }

    internal static int Stat(nint file, out LocalStat stat)
    {
        var errno = Posix.ErrorOf(Statx(StatxNumber, file, "", EmptyPath, BasicFacts, out var facts));
        stat = facts.ToStat();
        return errno;
    }

    internal static int StatPath(string path, int flags, out LocalStat stat)
    {
        var errno = Posix.ErrorOf(Statx(StatxNumber, CurrentDirectory, path, flags, BasicFacts, out var facts));
        stat = facts.ToStat();
        return errno;
    }

    /// <summary>The owner and group of an opened file; null when they are not available.</summary>
    internal static (uint Mode, uint User, uint Group)? OwnerOf(SafeFileHandle file, string name = "") =>
        Statx(StatxNumber, file, name, name.Length == 0 ? EmptyPath : NoFollow, BasicFacts, out var facts) == 0 ? facts.ToOwner() : null;

    internal static (uint Mode, uint User, uint Group)? OwnerOf(string path) =>
        Statx(StatxNumber, CurrentDirectory, path, NoFollow, BasicFacts, out var facts) == 0 ? facts.ToOwner() : null;

    internal static int Rename(SafeFileHandle from, string name, SafeFileHandle to, string newName, uint flags) =>
        Posix.ErrorOf(RenameAt2(RenameAt2Number, from, name, to, newName, flags));

    internal static int Link(SafeFileHandle from, string name, SafeFileHandle to, string newName) =>
        Posix.ErrorOf(LinkAt(from, name, to, newName, 0));

    internal static int Symlink(string target, SafeFileHandle folder, string name) => Posix.ErrorOf(SymlinkAt(target, folder, name));

    internal static nint ReadLink(SafeFileHandle folder, string name, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return ReadLinkAt(folder, name, start, (nuint)buffer.Length);
    }

    internal static int Unlink(SafeFileHandle folder, string name, int flags) => Posix.ErrorOf(UnlinkAt(folder, name, flags));

    internal static int MakeFolder(SafeFileHandle folder, string name, uint mode) => Posix.ErrorOf(MakeDirectoryAt(folder, name, mode));

    internal static int Stamp(SafeFileHandle file, long seconds, long nanoseconds)
    {
        const long Omit = (1L << 30) - 2;
        var times = stackalloc long[] { 0, Omit, seconds, nanoseconds };
        return Posix.ErrorOf(SetTimes(file, times));
    }

    internal static int SetAttribute(SafeFileHandle file, string name, ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value)
            return Posix.ErrorOf(FSetXAttr(file, name, start, (nuint)value.Length, 0));
    }

    /// <summary>The number of bytes read; negative when the attribute does not exist or is longer.</summary>
    internal static nint GetAttribute(SafeFileHandle file, string name, Span<byte> value)
    {
        fixed (byte* start = value)
            return FGetXAttr(file, name, start, (nuint)value.Length);
    }

    /// <summary>The value of an attribute; null when it does not exist, or is longer than any file system allows.</summary>
    internal static byte[]? AttributeOf(SafeFileHandle file, string name)
    {
        var buffer = new byte[MaxAttribute];
        return GetAttribute(file, name, buffer) is >= 0 and var count ? buffer[..(int)count] : null;
    }

    /// <summary>As above, for the target of a path.</summary>
    internal static byte[]? AttributeOf(string path, string name)
    {
        var buffer = new byte[MaxAttribute];
        fixed (byte* start = buffer)
            return GetXAttr(path, name, start, (nuint)buffer.Length) is >= 0 and var count ? buffer[..(int)count] : null;
    }

    /// <summary>The names of the attributes of a file; empty where the mount supports none.</summary>
    internal static string[] AttributesOf(SafeFileHandle file)
    {
        var buffer = new byte[MaxAttribute];
        fixed (byte* start = buffer)
        {
            return FListXAttr(file, start, (nuint)buffer.Length) is > 0 and var count
                ? Encoding.UTF8.GetString(buffer, 0, (int)count).Split('\0', StringSplitOptions.RemoveEmptyEntries)
                : [];
        }
    }

    internal static int RemoveAttribute(SafeFileHandle file, string name) => Posix.ErrorOf(FRemoveXAttr(file, name));

    internal static nint ReadFolder(SafeFileHandle folder, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return GetDents(GetDentsNumber, folder, start, (nuint)buffer.Length);
    }

    internal static int Seek(SafeFileHandle folder, long offset) => Posix.ErrorOf((nint)SeekTo(folder, offset, 0));

    internal static nint CopyRange(SafeFileHandle from, SafeFileHandle to, int count) =>
        CopyFileRange(CopyRangeNumber, from, 0, to, 0, (nuint)count, 0);

    internal static void Close(nint fd) => _ = CloseFile((int)fd);

    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FSetXAttr(SafeFileHandle file, string name, byte* value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "fgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FGetXAttr(SafeFileHandle file, string name, byte* value, nuint size);

    [LibraryImport(Library, EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetXAttr(string path, string name, byte* value, nuint size);

    [LibraryImport(Library, EntryPoint = "flistxattr", SetLastError = true)]
    private static partial nint FListXAttr(SafeFileHandle file, byte* list, nuint size);

    [LibraryImport(Library, EntryPoint = "fremovexattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FRemoveXAttr(SafeFileHandle file, string name);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenAt2(nint number, SafeFileHandle folder, string path, in OpenHow how, nuint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenAt2(nint number, nint folder, string path, in OpenHow how, nuint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Statx(nint number, SafeFileHandle folder, string path, nint flags, nuint mask, out StatxFacts facts);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Statx(nint number, nint folder, string path, nint flags, nuint mask, out StatxFacts facts);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RenameAt2(nint number, SafeFileHandle from, string name, SafeFileHandle to, string newName, nuint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint GetDents(nint number, SafeFileHandle folder, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint CopyFileRange(
        nint number,
        SafeFileHandle from,
        nint fromOffset,
        SafeFileHandle to,
        nint toOffset,
        nuint count,
        nuint flags
    );

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(SafeFileHandle from, string name, SafeFileHandle to, string newName, int flags);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SymlinkAt(string target, SafeFileHandle folder, string name);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLinkAt(SafeFileHandle folder, string name, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectoryAt(SafeFileHandle folder, string name, uint mode);

    [LibraryImport(Library, EntryPoint = "futimens", SetLastError = true)]
    private static partial int SetTimes(SafeFileHandle file, long* times);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    private static partial long SeekTo(SafeFileHandle file, long offset, int origin);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int CloseFile(int fd);

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        internal ulong Flags;
        internal ulong Mode;
        internal ulong Resolve;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxFacts
    {
        [FieldOffset(20)]
        private uint _user;

        [FieldOffset(24)]
        private uint _group;

        [FieldOffset(28)]
        private ushort _mode;

        [FieldOffset(32)]
        private ulong _inode;

        [FieldOffset(40)]
        private ulong _size;

        [FieldOffset(112)]
        private long _seconds;

        [FieldOffset(120)]
        private uint _nanoseconds;

        [FieldOffset(136)]
        private ulong _device;

        internal readonly LocalStat ToStat() =>
            new(
                KindOf(_mode),
                (long)Math.Min(_size, long.MaxValue),
                NativeTime.TicksOf(_seconds, _nanoseconds),
                (int)(_nanoseconds % 100),
                _inode,
                _device
            );

        internal readonly (uint Mode, uint User, uint Group) ToOwner() => (_mode, _user, _group);

        private static LocalKind KindOf(ushort mode) =>
            (mode & 0xF000) switch
            {
                0x8000 => LocalKind.File,
                0x4000 => LocalKind.Folder,
                0xA000 => LocalKind.Link,
                _ => LocalKind.Special,
            };
    }
}
