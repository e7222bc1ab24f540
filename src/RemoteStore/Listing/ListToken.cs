using System.Buffers.Text;
using System.Text;

namespace RemoteStore;

/// <summary>
/// The text form of a walk's position: for each open folder its name, its cursor and the sub-folders still to visit. Opaque to callers,
/// and refused when it belongs to another folder or was not made here.
/// </summary>
internal static class ListToken
{
    // Neither can occur in a key, and cursors are written without control characters.
    private const char FrameEnd = '\u0002';
    private const char PartEnd = '\u0001';

    internal static string Encode(IEnumerable<Position> positions)
    {
        var text = new StringBuilder();
        foreach (var position in positions)
        {
            text.Append(position.Folder).Append(PartEnd).Append(position.Started ? '+' : '-').Append(position.Cursor)
                .Append(PartEnd).Append(position.After);
            foreach (var waiting in position.Pending)
                text.Append(PartEnd).Append(waiting);
            text.Append(FrameEnd);
        }

        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text.ToString()));
    }

    internal static IEnumerable<Position> Decode(string token, string root)
    {
        var frames = Text(token).Split(FrameEnd)[..^1];
        return frames.Length == 0 ? throw Foreign() : frames.Select(f => DecodeFrame(f, root)).ToArray();
    }

    private static Position DecodeFrame(string frame, string root)
    {
        var parts = frame.Split(PartEnd);
        if (parts.Length < 3 || parts[1].Length == 0 || parts[1][0] is not ('+' or '-') || !parts[3..].Prepend(parts[0]).All(f => IsBelow(f, root)))
            throw Foreign();
        var cursor = parts[1].Length == 1 ? null : parts[1][1..];
        return new Position(parts[0], parts[1][0] == '+', cursor, parts[2].Length == 0 ? null : parts[2], [.. parts[3..]]);
    }

    private static bool IsBelow(string folder, string root) =>
        folder == root || (PathRules.Canonicalize(folder, foldBackslash: false, out var canonical) is null && canonical == folder
            && (root.Length == 0 || folder.StartsWith(root + "/", StringComparison.Ordinal)));

    private static string Text(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            throw Foreign();
        }
    }

    private static ArgumentException Foreign() => new("The continuation token does not belong to this listing.", "continuationToken");

    /// <summary>How far the listing of one folder has come.</summary>
    /// <param name="Folder">The folder.</param>
    /// <param name="Started">Whether a page was fetched; then no cursor means that its own listing has ended.</param>
    /// <param name="Cursor">Where its listing goes on.</param>
    /// <param name="After">The last key taken of the page at the cursor, for drivers without a cursor per entry.</param>
    /// <param name="Pending">Sub-folders that were listed but not visited.</param>
    internal readonly record struct Position(string Folder, bool Started, string? Cursor, string? After, List<string> Pending);
}
