using System.Text;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Io;

/// <summary>A name in a folder, as the server lists it.</summary>
internal readonly record struct ListedName(string Name, SftpAttributes Attributes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads an answer. What is not UTF-8 has no name here and is left out, and so are the folder itself and its parent.</summary>
    internal static List<ListedName> ReadAll(ReadOnlySpan<byte> answer)
    {
        var reader = new PacketReader(answer);
        var count = reader.UInt32();
        var names = new List<ListedName>();
        for (var i = 0u; i < count; i++)
        {
            var name = Decode(reader.Bytes());
            // A second, longer form of the name, for people.
            reader.Bytes();
            var attributes = SftpAttributes.Read(ref reader);
            if (name is not (null or "." or ".."))
                names.Add(new ListedName(name, attributes));
        }

        return names;
    }

    private static string? Decode(ReadOnlySpan<byte> name)
    {
        try
        {
            return Strict.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
