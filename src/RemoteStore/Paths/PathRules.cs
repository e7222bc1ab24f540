using System.Globalization;
using System.Text;

namespace RemoteStore;

/// <summary>
/// The rules for valid paths. Stores fold <c>\</c> to <c>/</c>; backends reject it, so that no two keys name the same file.
/// </summary>
internal static class PathRules
{
    internal const int MaxSegmentBytes = 255;
    internal const int MaxKeyBytes = 1024;
    internal const string TempPrefix = ".~tmp.";
    private const int FirstOther = 0x80;
    private static readonly string[] Reserved = [TempPrefix, ".~bak.", ".~rs."];

    /// <summary>
    /// Whether a name is reserved for the library's own files (staging, backups, records), in any spelling: mounts that fold case treat
    /// other spellings as equal.
    /// </summary>
    internal static bool IsReserved(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || (name[0] != '.' && name[0] < FirstOther))
            return false;
        foreach (var prefix in Reserved)
        {
            if (StartsFolded(name, prefix))
                return true;
        }

        return false;
    }

    private static bool StartsFolded(ReadOnlySpan<char> name, string prefix)
    {
        var matched = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (matched == prefix.Length)
                return true;
            if (IsIgnored(rune))
                continue;
            if (Folded(rune) != prefix[matched])
                return false;
            matched++;
        }

        return matched == prefix.Length;
    }

    // ext4 and HFS+ ignore these when they fold names.
    private static bool IsIgnored(Rune rune) =>
        rune.Value >= FirstOther
        && (
            Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
            || rune.Value
                is 0x034F
                    or 0x115F
                    or 0x1160
                    or 0x17B4
                    or 0x17B5
                    or 0x3164
                    or 0xFFA0
                    or (>= 0x180B and <= 0x180F)
                    or (>= 0xFE00 and <= 0xFE0F)
                    or (>= 0xE0000 and <= 0xE0FFF)
        );

    // Two letters of other scripts fold to letters of the prefixes.
    private static int Folded(Rune rune) =>
        rune.Value switch
        {
            0x017F => 's',
            0x212A => 'k',
            >= 'A' and <= 'Z' => rune.Value + ('a' - 'A'),
            var value => value,
        };

    /// <summary>Whether XML 1.0 (section 2.2) can carry a key. No key contains control characters or unpaired surrogates.</summary>
    internal static bool FitsXml(ReadOnlySpan<char> key) => !key.ContainsAny('\ufffe', '\uffff');

    /// <summary>Makes the text canonical. Returns null, or a description of the fault.</summary>
    internal static string? Canonicalize(string text, bool foldBackslash, out string canonical)
    {
        ArgumentNullException.ThrowIfNull(text);
        canonical = text;
        if (CharacterFault(text, foldBackslash) is { } fault)
            return fault;
        if (NeedsRewriting(text, foldBackslash))
            canonical = Rewrite(text, foldBackslash);
        return canonical.Length == 0 ? "The path is the root; a file or folder below it was expected." : SegmentFault(canonical);
    }

    /// <summary>A text that is safe to show: no control characters, no unpaired surrogates, bounded in length.</summary>
    internal static string Printable(string text)
    {
        var shown = text.Length > 200 ? text.AsSpan(0, 200) : text;
        var printable = new StringBuilder(shown.Length);
        foreach (var rune in shown.EnumerateRunes())
            printable.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
        return printable.ToString();
    }

    private static string? CharacterFault(string text, bool foldBackslash)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
                return c == '\0' ? "The path must not contain NUL characters." : "The path must not contain control characters.";
            if (c == '\\' && !foldBackslash)
                return "The key must not contain backslashes.";
        }

        return WellFormed.IsWellFormed(text) ? null : "The path contains an unpaired surrogate.";
    }

    private static bool NeedsRewriting(string text, bool foldBackslash)
    {
        if (text.Length == 0)
            return false;
        if (foldBackslash && text.Contains('\\', StringComparison.Ordinal))
            return true;
        foreach (var range in text.AsSpan().Split('/'))
        {
            if (text.AsSpan()[range] is "" or ".")
                return true;
        }

        return false;
    }

    private static string Rewrite(string text, bool foldBackslash)
    {
        var folded = foldBackslash ? text.Replace('\\', '/') : text;
        return string.Join('/', folded.Split('/').Where(s => s is not ("" or ".")));
    }

    private static string? SegmentFault(string canonical)
    {
        foreach (var range in canonical.AsSpan().Split('/'))
        {
            var segment = canonical.AsSpan()[range];
            if (segment is "..")
                return "The path must not contain '..'.";
            if (segment.Length > MaxSegmentBytes / 3 && Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
                return $"A name in the path must have at most {MaxSegmentBytes} bytes in UTF-8.";
            if (IsReserved(segment))
                return "A name in the path must not start with a prefix that is reserved for temporary files.";
        }

        return canonical.Length > MaxKeyBytes / 3 && Encoding.UTF8.GetByteCount(canonical) > MaxKeyBytes
            ? $"The path must have at most {MaxKeyBytes} bytes in UTF-8."
            : null;
    }
}
