using System.Runtime.InteropServices;

namespace RemoteStore.Cli.Transfers;

/// <summary>The type of an entry on the local disk.</summary>
internal enum LocalFileType
{
    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, socket or device: reading it may never end.</summary>
    Special,

    /// <summary>No entry exists under the name, as far as the name can be expressed in Unicode.</summary>
    Missing,
}

/// <summary>
/// Determines the type of an entry without opening it: on Unix the file attributes of .NET do not distinguish a pipe from a file.
/// </summary>
internal static partial class LocalFileTypes
{
    // <linux/stat.h>: struct statx is the same on every architecture; stx_mode is at byte 28.
    private const int StatxSize = 256;
    private const int StatxModeOffset = 28;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint WantsType = 1;
    private const int ENOENT = 2;

    /// <summary>The type of the entry.</summary>
    /// <exception cref="IOException">The file system reported an error.</exception>
    internal static LocalFileType Of(FileSystemInfo entry)
    {
        if (OperatingSystem.IsLinux())
            return OfMode(entry.FullName);
        if (entry.LinkTarget is not null)
            return LocalFileType.Link;
        if (!entry.Exists)
            return LocalFileType.Missing;
        return (entry.Attributes & FileAttributes.Device) != 0 ? LocalFileType.Special
            : entry is DirectoryInfo ? LocalFileType.Folder
            : LocalFileType.Regular;
    }

    private static LocalFileType OfMode(string path)
    {
        Span<byte> facts = stackalloc byte[StatxSize];
        if (statx(CurrentFolder, path, NoFollow, WantsType, facts) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == ENOENT ? LocalFileType.Missing : throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        return (MemoryMarshal.Read<ushort>(facts[StatxModeOffset..]) & 0xF000) switch
        {
            0x8000 => LocalFileType.Regular,
            0x4000 => LocalFileType.Folder,
            0xA000 => LocalFileType.Link,
            _ => LocalFileType.Special,
        };
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Span<byte> facts);
}
