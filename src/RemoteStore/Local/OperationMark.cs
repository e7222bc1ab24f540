using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>
/// The operation that wrote a file, and those that wrote the versions before it, stored in an extended attribute: set on the staged file,
/// so it is published with the version. It contains the key, because a moved file keeps its attributes.
/// </summary>
/// <param name="Operation">The short id of the operation that made this version.</param>
/// <param name="Since">
/// The time of a version (100 ns units since the Unix epoch) after which all are recorded; <see cref="Never"/> before the first.
/// </param>
/// <param name="Past">The previous versions, newest first.</param>
internal sealed record OperationMark(long Operation, long Since, IReadOnlyList<PastVersion> Past)
{
    internal const long Never = long.MaxValue;

    // ext4 stores all attributes of a file in one block of 4 KiB. About 170 versions fit.
    internal const int MaxBytes = 3 * 1024;

    internal const string Name = "user.remotestore.operation";
    private const int HashBytes = 8;

    /// <summary>The mark of a version that follows another one.</summary>
    /// <param name="operation">The operation that makes it.</param>
    /// <param name="replaced">The version it replaces; null for none.</param>
    /// <param name="mark">The mark of that version; null when it has none.</param>
    /// <param name="forgotten">Versions older than this are dropped: their operations are no longer retried.</param>
    internal static OperationMark After(Guid operation, LocalStat? replaced, OperationMark? mark, DateTimeOffset forgotten)
    {
        if (replaced is not { } version || mark is null)
            return new OperationMark(ShortOf(operation), Never, []);
        PastVersion[] past = [new(mark.Operation, version), .. mark.Past];
        var first = mark.Since != Never ? mark.Since : past[^1].Version.ModifiedTicks;
        return new OperationMark(ShortOf(operation), first, past).Cut(past.TakeWhile(p => p.Version.LastModified >= forgotten).Count());
    }

    /// <summary>The mark of a moved file: it may be old, so its history is known only from now on.</summary>
    internal static OperationMark OfMove(Guid operation, DateTimeOffset now) =>
        new(ShortOf(operation), (now - DateTimeOffset.UnixEpoch).Ticks, []);

    /// <summary>The mark of an opened file at this very key; null when there is none.</summary>
    internal static OperationMark? Read(SafeFileHandle file, string key)
    {
        if (!LinuxFiles.IsSupported)
            return null;
        var buffer = new byte[MaxBytes];
        var count = (int)LinuxCalls.GetAttribute(file, Name, buffer);
        return count > HashBytes && HashOf(key).AsSpan().SequenceEqual(buffer.AsSpan(0, HashBytes)) ? Parse(buffer, count) : null;
    }

    /// <summary>
    /// Sets the mark on a file that is to be published at the key; without the history where the mount has no room for it.
    /// </summary>
    /// <returns>Whether the mount stores such marks.</returns>
    internal bool TryWrite(SafeFileHandle staged, string key) =>
        LinuxFiles.IsSupported
        && (
            LinuxCalls.SetAttribute(staged, Name, Bytes(key)) == 0
            || (Past.Count > 0 && LinuxCalls.SetAttribute(staged, Name, Cut(0).Bytes(key)) == 0)
        );

    /// <summary>The version made by an operation; null when it made none of the recorded ones.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="current">The version that has this mark.</param>
    internal LocalStat? Find(Guid operation, LocalStat current)
    {
        var id = ShortOf(operation);
        if (id == Operation)
            return current;
        foreach (var past in Past)
        {
            if (past.Operation == id)
                return past.Version;
        }

        return null;
    }

    private OperationMark Cut(int count) =>
        count >= Past.Count
            ? this
            : new OperationMark(Operation, Math.Max(Since, Past[count].Version.ModifiedTicks), [.. Past.Take(count)]);

    private byte[] Bytes(string key)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var count = Fill(writer, key);
        // Versions that do not fit are dropped. That changes the time since when all are known, which is stored at the beginning.
        return count == Past.Count ? stream.ToArray() : Cut(count).Bytes(key);
    }

    /// <summary>Writes the head and as many versions as fit: each as its differences to the following one, which are small.</summary>
    private int Fill(BinaryWriter writer, string key)
    {
        writer.Write(HashOf(key));
        writer.Write(Operation);
        writer.Write(Since);
        var (count, after) = (0, default(LocalStat));
        foreach (var (operation, version) in Past)
        {
            var start = writer.BaseStream.Length;
            writer.Write(operation);
            writer.Write7BitEncodedInt64(version.Size);
            writer.Write7BitEncodedInt64(ZigZag(after.ModifiedTicks - version.ModifiedTicks));
            writer.Write7BitEncodedInt64(ZigZag((long)after.Inode - (long)version.Inode));
            writer.Write((byte)version.ModifiedRest);
            if (writer.BaseStream.Length > MaxBytes)
            {
                writer.BaseStream.SetLength(start);
                break;
            }

            after = version;
            count++;
        }

        return count;
    }

    private static OperationMark? Parse(byte[] bytes, int count)
    {
        using var stream = new MemoryStream(bytes, HashBytes, count - HashBytes, writable: false);
        using var reader = new BinaryReader(stream);
        try
        {
            var (operation, since, past, after) = (reader.ReadInt64(), reader.ReadInt64(), new List<PastVersion>(), default(LocalStat));
            while (stream.Position < stream.Length)
            {
                var id = reader.ReadInt64();
                after = new LocalStat(
                    LocalKind.File,
                    reader.Read7BitEncodedInt64(),
                    after.ModifiedTicks - UnZigZag(reader.Read7BitEncodedInt64()),
                    Inode: (ulong)((long)after.Inode - UnZigZag(reader.Read7BitEncodedInt64()))
                );
                past.Add(new PastVersion(id, after = after with { ModifiedRest = reader.ReadByte() }));
            }

            return new OperationMark(operation, since, past);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            // Not written by this version of the program.
            return null;
        }
    }

    private static long ZigZag(long value) => (value << 1) ^ (value >> 63);

    private static long UnZigZag(long value) => (long)((ulong)value >> 1) ^ -(value & 1);

    // 60 of its bits are random, enough to distinguish a few hundred.
    private static long ShortOf(Guid operation) => BitConverter.ToInt64(operation.ToByteArray());

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key))[..HashBytes];
}
