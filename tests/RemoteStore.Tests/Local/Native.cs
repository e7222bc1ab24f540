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

    private static int Check(int result) => result >= 0 ? result : throw new IOException($"errno {Marshal.GetLastPInvokeError()}");

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Create(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int fd);

    [DllImport("libc", EntryPoint = "unlink", SetLastError = true)]
    private static extern int Unlink(byte[] path);

    [DllImport("libc", EntryPoint = "rmdir", SetLastError = true)]
    private static extern int RemoveFolder(byte[] path);

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static extern int MakePipe(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "mount", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Mount(string source, string target, string type, nuint flags, string data);

    [DllImport("libc", EntryPoint = "umount2", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Unmount(string target, int flags);
}
