using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// The data that a commit of staged blocks needs: the session that staged them, their number, size and hash, and the key.
/// Any instance over the same container can commit with it, as long as the service keeps uncommitted blocks (7 days).
/// </summary>
/// <param name="Session">32 hexadecimal digits with which the id of every block begins.</param>
/// <param name="Blocks">The number of blocks.</param>
/// <param name="Size">The total size, in bytes.</param>
/// <param name="Md5">The hash of all bytes, in hexadecimal.</param>
internal sealed record StagingToken(string Session, int Blocks, long Size, string Md5)
{
    private const string Version = "1";
    private const int MaxLength = 128;

    // Whole groups of base64, so that the text of every id begins with the session.
    private const int SessionBytes = 30;

    internal IEnumerable<string> BlockIds => Enumerable.Range(0, Blocks).Select(i => BlockId(Session, i));

    /// <summary>Identifies the commit of an empty file, which has no blocks that could identify it.</summary>
    internal Guid? Operation => Blocks == 0 ? Guid.ParseExact(Session, "N") : null;

    /// <summary>48 bytes before base64, as in the SDK's own uploads: all ids of one blob must have the same length.</summary>
    internal static string BlockId(string session, int index) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(session + index.ToString("d16", CultureInfo.InvariantCulture)));

    /// <summary>Whether a block was staged in a session.</summary>
    internal static bool IsOf(string session, string blockId) =>
        blockId.StartsWith(Convert.ToBase64String(Encoding.ASCII.GetBytes(session), 0, SessionBytes), StringComparison.Ordinal);

    internal string ToText(string key) =>
        string.Create(CultureInfo.InvariantCulture, $"{Version}.{Session}.{Blocks}.{Size}.{Md5}.{Fingerprint(key)}");

    internal static bool TryParse(string text, string key, [NotNullWhen(true)] out StagingToken? token)
    {
        token = null;
        if (text.Length > MaxLength)
            return false;
        var parts = text.Split('.');
        if (
            parts is not [Version, { Length: 32 } session, var blocks, var size, { Length: 32 } md5, var fingerprint]
            || fingerprint != Fingerprint(key)
            || !session.All(char.IsAsciiHexDigit)
            || !md5.All(char.IsAsciiHexDigit)
            || !int.TryParse(blocks, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        )
            return false;
        // Only the exact format that this type writes.
        token = new StagingToken(session, count, bytes, md5);
        if (count <= BlockSizes.MaxBlocks && (count > 0) == (bytes > 0) && token.ToText(key) == text)
            return true;
        token = null;
        return false;
    }

    private static string Fingerprint(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
}
