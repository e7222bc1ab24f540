using System.Runtime.InteropServices;
using System.Text;

namespace RemoteStore.Tests;

/// <summary>Calls that make what System.IO cannot: names that are no text, pipes, small disks.</summary>
internal static class Native
{
    internal static void MakeFile(byte[] path) => Check(Close(Check(Create([.. path, 0], 0x1B6))));

    internal static void Delete(byte[] path) => Check(Unlink([.. path, 0]));

    internal static bool TryRemoveFolder(string path) => RemoveFolder([.. Encoding.UTF8.GetBytes(path), 0]) == 0;

    internal static void MakePipe(string path) => Check(MakePipe([.. Encoding.UTF8.GetBytes(path), 0], 0x1B6));

    internal static bool TryMountMemory(string path, string options) => Mount("tmpfs", path, "tmpfs", 0, options) == 0;

    internal static void Unmount(string path) => Check(Unmount(path, 2));

    /// <summary>Dates a file, also before the year 1 and after 9999.</summary>
    internal static bool TryStamp(string path, long seconds) => SetTimes(-100, Text(path), [seconds, 0, seconds, 0], 0) == 0;

    internal static bool TryResize(string path, long size) => Truncate(Text(path), size) == 0;

    internal static bool TrySetAttribute(string path, string name, byte[] value) =>
        SetAttribute(Text(path), Text(name), value, (nuint)value.Length, 0) == 0;

    internal static void SetAttribute(string path, string name, string value) =>
        Check(TrySetAttribute(path, name, Encoding.UTF8.GetBytes(value)) ? 0 : -1);

    internal static string? GetAttribute(string path, string name) =>
        GetAttributeBytes(path, name) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    internal static byte[]? GetAttributeBytes(string path, string name)
    {
        var buffer = new byte[4096];
        return GetAttribute(Text(path), Text(name), buffer, (nuint)buffer.Length) is >= 0 and var count ? buffer[..(int)count] : null;
    }

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static int Check(int result) => result >= 0 ? result : throw new IOException($"errno {Marshal.GetLastPInvokeError()}");

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Create(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    private static extern int SetTimes(int folder, byte[] path, long[] times, int flags);

    [DllImport("libc", EntryPoint = "truncate", SetLastError = true)]
    private static extern int Truncate(byte[] path, long size);

    [DllImport("libc", EntryPoint = "setxattr", SetLastError = true)]
    private static extern int SetAttribute(byte[] path, byte[] name, byte[] value, nuint size, int flags);

    [DllImport("libc", EntryPoint = "getxattr", SetLastError = true)]
    private static extern nint GetAttribute(byte[] path, byte[] name, byte[] value, nuint size);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int fd);

    [DllImport("libc", EntryPoint = "unlink", SetLastError = true)]
    private static extern int Unlink(byte[] path);

    [DllImport("libc", EntryPoint = "rmdir", SetLastError = true)]
    private static extern int RemoveFolder(byte[] path);

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static extern int MakePipe(byte[] path, uint mode);

    [DllImport(
        "libc",
        EntryPoint = "mount",
        SetLastError = true,
        CharSet = CharSet.Ansi,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    private static extern int Mount(string source, string target, string type, nuint flags, string data);

    [DllImport(
        "libc",
        EntryPoint = "umount2",
        SetLastError = true,
        CharSet = CharSet.Ansi,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    private static extern int Unmount(string target, int flags);
}
