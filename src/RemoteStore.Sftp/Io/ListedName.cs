using System.Text;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Io;

/// <summary>A name in a folder, as the server lists it.</summary>
internal readonly record struct ListedName(string Name, SftpAttributes Attributes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The name as text; null if it is not UTF-8, or not a single path segment.</summary>
    internal static string? Decode(ReadOnlySpan<byte> name)
    {
        try
        {
            return name.Contains((byte)'/') ? null : Strict.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
