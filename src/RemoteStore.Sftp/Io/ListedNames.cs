using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Io;

/// <summary>One reply of a server that lists a folder.</summary>
/// <param name="Names">The names in it that can be keys, without the folder itself and its parent.</param>
/// <param name="IsEmpty">Whether it lists nothing except the folder itself and its parent.</param>
/// <param name="Answer">The raw reply.</param>
internal sealed record ListedNames(IReadOnlyList<ListedName> Names, bool IsEmpty, ReadOnlyMemory<byte> Answer)
{
    internal static ListedNames Read(ReadOnlyMemory<byte> answer)
    {
        var reader = new PacketReader(answer.Span);
        var count = reader.UInt32();
        var (names, isEmpty) = (new List<ListedName>(), true);
        for (var i = 0u; i < count; i++)
        {
            var bytes = reader.Bytes();
            var isDot = bytes.SequenceEqual("."u8) || bytes.SequenceEqual(".."u8);
            isEmpty &= isDot;
            // A second, longer form of the name, for display.
            reader.Bytes();
            var attributes = SftpAttributes.Read(ref reader);
            if (!isDot && ListedName.Decode(bytes) is { } name)
                names.Add(new ListedName(name, attributes));
        }

        return new ListedNames(names, isEmpty, answer);
    }
}
