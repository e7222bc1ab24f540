using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RemoteStore;

/// <summary>
/// The text form of a walk's position: for each open folder its path, its cursor and the sub-folders still to visit. Paths are relative to
/// the listed folder, so that a token never reveals the location of a store. A checksum over the folder, the options and the position
/// rejects tokens of other listings. Opaque to callers.
/// </summary>
internal static class ListToken
{
    // Keys cannot contain these. Cursors can: a cursor can be a name that another program created and that is not a valid key.
    private const char FrameEnd = '\u0002';
    private const char PartEnd = '\u0001';
    private const char Escape = '\u0003';
    private const int EscapedFrom = 'a';
    private const int ChecksumLength = 8;

    internal static string Encode(IEnumerable<Position> positions, string root, ListOptions options)
    {
        var text = new StringBuilder();
        foreach (var position in positions)
        {
            text.Append(Relative(position.Folder, root))
                .Append(PartEnd)
                .Append(position.Started ? '+' : '-')
                .Append(Escaped(position.Cursor))
                .Append(PartEnd)
                .Append(position.After is { } after ? Relative(after, root) : null);
            foreach (var waiting in position.Pending)
                text.Append(PartEnd).Append(Relative(waiting, root));
            text.Append(FrameEnd);
        }

        var body = text.ToString();
        return Base64Url.EncodeToString([.. Checksum(body, root, options), .. Encoding.UTF8.GetBytes(body)]);
    }

    internal static IEnumerable<Position> Decode(string token, string root, ListOptions options)
    {
        var bytes = Bytes(token);
        if (bytes.Length < ChecksumLength)
            throw Foreign();
        var body = Encoding.UTF8.GetString(bytes.AsSpan(ChecksumLength));
        if (!bytes.AsSpan(0, ChecksumLength).SequenceEqual(Checksum(body, root, options)))
            throw Foreign();
        return body.Split(FrameEnd)[..^1].Select(f => DecodeFrame(f.Split(PartEnd), root)).ToArray();
    }

    // The checksum protects against mistakes, not against forgery, so the content is validated like any key.
    private static Position DecodeFrame(string[] parts, string root)
    {
        if (
            parts.Length < 3
            || parts[1].Length == 0
            || parts[1][0] is not ('+' or '-')
            || !parts[3..].Prepend(parts[0]).All(IsCanonical)
            || !IsCanonical(parts[2].EndsWith('/') ? parts[2][..^1] : parts[2])
        )
            throw Foreign();
        var cursor = parts[1].Length == 1 ? null : Unescaped(parts[1][1..]);
        var after = parts[2].Length == 0 ? null : Absolute(parts[2], root);
        return new Position(Absolute(parts[0], root), parts[1][0] == '+', cursor, after, [.. parts[3..].Select(p => Absolute(p, root))]);
    }

    // An empty cursor differs from no cursor.
    private static string? Escaped(string? cursor)
    {
        if (cursor is not { Length: > 0 })
            return cursor is null ? null : $"{Escape}";
        var text = new StringBuilder(cursor.Length);
        foreach (var c in cursor)
            _ = c is FrameEnd or PartEnd or Escape ? text.Append(Escape).Append((char)(c + EscapedFrom)) : text.Append(c);
        return text.ToString();
    }

    private static string Unescaped(string cursor)
    {
        var text = new StringBuilder(cursor.Length);
        for (var i = 0; i < cursor.Length; i++)
        {
            if (cursor[i] != Escape)
                text.Append(cursor[i]);
            else if (++i < cursor.Length)
                text.Append((char)(cursor[i] - EscapedFrom));
        }

        return text.ToString();
    }

    private static bool IsCanonical(string folder) =>
        folder.Length == 0 || (PathRules.Canonicalize(folder, foldBackslash: false, out var canonical) is null && canonical == folder);

    private static string Relative(string folder, string root) =>
        root.Length == 0 ? folder
        : folder.Length == root.Length ? ""
        : folder[(root.Length + 1)..];

    private static string Absolute(string folder, string root) =>
        root.Length == 0 || folder.Length == 0 ? root + folder : $"{root}/{folder}";

    // The page size may change between pages; everything else determines the rest of the listing.
    private static ReadOnlySpan<byte> Checksum(string body, string root, ListOptions options)
    {
        var depth = options.MaxDepth?.ToString(CultureInfo.InvariantCulture);
        var text = string.Join(PartEnd, root, (int)options.Kinds, options.Recursive, depth, options.Pattern, body);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, ChecksumLength);
    }

    private static byte[] Bytes(string token)
    {
        try
        {
            return Base64Url.DecodeFromChars(token);
        }
        catch (FormatException)
        {
            throw Foreign();
        }
    }

    private static ArgumentException Foreign() => new("The continuation token does not belong to this listing.", "continuationToken");

    /// <summary>The progress of the listing of one folder.</summary>
    /// <param name="Folder">The folder.</param>
    /// <param name="Started">Whether a page was fetched; then a null cursor means that its own listing has ended.</param>
    /// <param name="Cursor">Where its listing resumes.</param>
    /// <param name="After">
    /// The last key taken from the page at the cursor (a folder's ends with a slash), for drivers without a cursor per entry.
    /// </param>
    /// <param name="Pending">Sub-folders that were listed but not visited.</param>
    internal readonly record struct Position(string Folder, bool Started, string? Cursor, string? After, List<string> Pending);
}
