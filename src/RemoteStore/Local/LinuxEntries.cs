using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace RemoteStore.Local;

/// <summary>Reads the records of getdents64: inode (8 bytes), offset of the next (8), length (2), kind (1), name with a NUL.</summary>
internal static class LinuxEntries
{
    internal const char CursorMark = 'd';
    private const int NameOffset = 19;

    /// <summary>Appends names up to the limit. Names that are not UTF-8 cannot be keys and are skipped.</summary>
    internal static void Append(ReadOnlySpan<byte> records, List<LocalName> names, int limit)
    {
        while (!records.IsEmpty && names.Count < limit)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            var name = NameIn(records[NameOffset..length]);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8) && Utf8.IsValid(name))
                names.Add(new LocalName(Encoding.UTF8.GetString(name), KindOf(records[18]), Cursor(records)));
            records = records[length..];
        }
    }

    private static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> padded) => padded[..padded.IndexOf((byte)0)];

    private static string Cursor(ReadOnlySpan<byte> record) =>
        string.Create(CultureInfo.InvariantCulture, $"{CursorMark}{BinaryPrimitives.ReadInt64LittleEndian(record[8..]):x}");

    private static LocalKind KindOf(byte type) =>
        type switch
        {
            0 => LocalKind.Unknown,
            4 => LocalKind.Folder,
            8 => LocalKind.File,
            10 => LocalKind.Link,
            _ => LocalKind.Special,
        };
}
