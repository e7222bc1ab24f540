using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>
/// The operation that wrote a file, kept in an extended attribute of it: set on the staged file, so it comes to be with the version. The key is
/// in it too, for a file that is moved takes its attributes along.
/// </summary>
internal static class OperationMark
{
    private const string Name = "user.remotestore.operation";
    private const int IdBytes = 16;
    private const int Length = IdBytes + 8;

    /// <summary>Sets the mark.</summary>
    /// <returns>Whether the mount keeps such marks.</returns>
    internal static bool TrySet(SafeFileHandle staged, string key, Guid operation)
    {
        if (!LinuxFiles.IsSupported)
            return false;
        Span<byte> mark = stackalloc byte[Length];
        Fill(mark, key, operation);
        return LinuxCalls.SetAttribute(staged, Name, mark) == 0;
    }

    /// <summary>The operation that wrote an opened file at this very key; null when none is recorded.</summary>
    internal static Guid? Get(SafeFileHandle file, string key)
    {
        if (!LinuxFiles.IsSupported)
            return null;
        Span<byte> found = stackalloc byte[Length];
        if (LinuxCalls.GetAttribute(file, Name, found) != Length)
            return null;
        var operation = new Guid(found[..IdBytes]);
        Span<byte> mark = stackalloc byte[Length];
        Fill(mark, key, operation);
        return mark.SequenceEqual(found) ? operation : null;
    }

    private static void Fill(Span<byte> mark, string key, Guid operation)
    {
        operation.TryWriteBytes(mark);
        SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, Length - IdBytes).CopyTo(mark[IdBytes..]);
    }
}
