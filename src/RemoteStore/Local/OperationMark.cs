using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>
/// The operation that wrote a file, and those that wrote the versions before it, kept in an extended attribute: set on the staged file, so it comes
/// to be with the version. The key is in it too, for a file that is moved takes its attributes along.
/// </summary>
/// <param name="Operation">The operation that made this version.</param>
/// <param name="Since">The time of a version (100 ns units since the Unix epoch) after which all are recorded; <see cref="Never"/> before there is one.</param>
/// <param name="Past">The versions before, newest first.</param>
internal sealed record OperationMark(Guid Operation, long Since, IReadOnlyList<PastVersion> Past)
{
    internal const long Never = long.MaxValue;
    internal const int MaxPast = 16;

    private const string Name = "user.remotestore.operation";
    private const int IdBytes = 16;
    private const int HashBytes = 8;
    private const int HeadBytes = HashBytes + IdBytes + 8;
    private const int PastBytes = IdBytes + 8 + 8 + 8 + 1;
    private const int MaxBytes = HeadBytes + (MaxPast * PastBytes);

    /// <summary>The mark of a version that follows another one.</summary>
    /// <param name="operation">The operation that makes it.</param>
    /// <param name="replaced">The version it replaces; null when nothing is there.</param>
    /// <param name="mark">The mark of that version; null when it has none.</param>
    /// <param name="forgotten">Versions older than this are dropped: nobody asks for their operations any more.</param>
    internal static OperationMark After(Guid operation, LocalStat? replaced, OperationMark? mark, DateTimeOffset forgotten)
    {
        if (replaced is not { } version || mark is null)
            return new OperationMark(operation, Never, []);
        PastVersion[] past = [new(mark.Operation, version), .. mark.Past];
        var kept = past.Take(MaxPast).TakeWhile(p => p.Version.ModifiedAt >= forgotten).ToArray();
        var first = mark.Since != Never ? mark.Since : past[^1].Version.ModifiedTicks;
        return new OperationMark(operation, kept.Length < past.Length ? Math.Max(first, past[kept.Length].Version.ModifiedTicks) : first, kept);
    }

    /// <summary>The mark of a file that is moved: it may be old, so it is known only from now on.</summary>
    internal static OperationMark OfMove(Guid operation, DateTimeOffset now) => new(operation, (now - DateTimeOffset.UnixEpoch).Ticks, []);

    /// <summary>The mark of an opened file at this very key; null when there is none.</summary>
    internal static OperationMark? Read(SafeFileHandle file, string key)
    {
        if (!LinuxFiles.IsSupported)
            return null;
        Span<byte> buffer = stackalloc byte[MaxBytes];
        var count = (int)LinuxCalls.GetAttribute(file, Name, buffer);
        if (count < HeadBytes || (count - HeadBytes) % PastBytes != 0)
            return null;
        Span<byte> hash = stackalloc byte[HashBytes];
        HashOf(key, hash);
        return hash.SequenceEqual(buffer[..HashBytes]) ? Parse(buffer[HashBytes..count]) : null;
    }

    /// <summary>Sets the mark on a file that is to be published at the key.</summary>
    /// <returns>Whether the mount keeps such marks.</returns>
    internal bool TryWrite(SafeFileHandle staged, string key)
    {
        if (!LinuxFiles.IsSupported)
            return false;
        Span<byte> buffer = stackalloc byte[MaxBytes];
        HashOf(key, buffer[..HashBytes]);
        Operation.TryWriteBytes(buffer[HashBytes..]);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[(HashBytes + IdBytes)..], Since);
        for (var n = 0; n < Past.Count; n++)
            Fill(buffer[(HeadBytes + (n * PastBytes))..], Past[n]);
        return LinuxCalls.SetAttribute(staged, Name, buffer[..(HeadBytes + (Past.Count * PastBytes))]) == 0;
    }

    /// <summary>The version an operation made; null when it made none of those recorded.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="current">The version that bears this mark.</param>
    internal LocalStat? Find(Guid operation, LocalStat current)
    {
        if (operation == Operation)
            return current;
        foreach (var past in Past)
        {
            if (past.Operation == operation)
                return past.Version;
        }

        return null;
    }

    private static OperationMark Parse(ReadOnlySpan<byte> bytes)
    {
        var past = new PastVersion[(bytes.Length - IdBytes - 8) / PastBytes];
        for (var n = 0; n < past.Length; n++)
            past[n] = PastOf(bytes[(IdBytes + 8 + (n * PastBytes))..]);
        return new OperationMark(new Guid(bytes[..IdBytes]), BinaryPrimitives.ReadInt64LittleEndian(bytes[IdBytes..]), past);
    }

    private static void Fill(Span<byte> bytes, PastVersion past)
    {
        past.Operation.TryWriteBytes(bytes);
        bytes = bytes[IdBytes..];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, past.Version.Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], past.Version.ModifiedTicks);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], past.Version.Inode);
        bytes[24] = (byte)past.Version.ModifiedRest;
    }

    private static PastVersion PastOf(ReadOnlySpan<byte> bytes)
    {
        var version = bytes[IdBytes..];
        return new PastVersion(new Guid(bytes[..IdBytes]), new LocalStat(
            LocalKind.File,
            BinaryPrimitives.ReadInt64LittleEndian(version),
            BinaryPrimitives.ReadInt64LittleEndian(version[8..]),
            version[24],
            BinaryPrimitives.ReadUInt64LittleEndian(version[16..])));
    }

    private static void HashOf(string key, Span<byte> hash)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), whole);
        whole[..HashBytes].CopyTo(hash);
    }
}
