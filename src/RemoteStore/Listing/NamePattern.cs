using System.Text;

namespace RemoteStore;

/// <summary>
/// Matches one name against <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-z]</c> and <c>[!abc]</c>: ordinal, the whole name, by Unicode code
/// points. Takes at most pattern length x name length steps: only the last <c>*</c> is ever extended.
/// </summary>
internal sealed class NamePattern
{
    /// <summary>The maximum number of characters (UTF-16 code units) of a pattern: as many as the longest key has bytes.</summary>
    internal const int MaxLength = PathRules.MaxKeyBytes;

    private readonly PatternElement[] _elements;

    private NamePattern(PatternElement[] elements) => _elements = elements;

    /// <summary>Matches every name.</summary>
    internal static NamePattern Any { get; } = new([PatternElement.Star]);

    internal static NamePattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length is 0 or > MaxLength || pattern.Contains('/', StringComparison.Ordinal) || pattern.Any(char.IsControl))
        {
            throw new ArgumentException(
                $"A name pattern must have 1 to {MaxLength:N0} characters, and neither '/' nor a control character.",
                nameof(pattern)
            );
        }

        return new NamePattern(PatternElement.ParseAll(pattern));
    }

    internal static bool HasWildcard(ReadOnlySpan<char> text) => text.IndexOfAny("*?[") >= 0;

    internal bool Matches(ReadOnlySpan<char> name)
    {
        var (element, position) = (0, 0);
        var (star, starEnd) = (-1, 0);
        while (position < name.Length)
        {
            var width = CodePoints.At(name, position, out var codePoint);
            if (element < _elements.Length && _elements[element].IsStar)
            {
                (star, starEnd) = (element++, position);
            }
            else if (element < _elements.Length && _elements[element].Matches(codePoint))
            {
                (element, position) = (element + 1, position + width);
            }
            else if (star >= 0)
            {
                starEnd += CodePoints.At(name, starEnd, out _);
                (element, position) = (star + 1, starEnd);
            }
            else
            {
                return false;
            }
        }

        while (element < _elements.Length && _elements[element].IsStar)
            element++;
        return element == _elements.Length;
    }
}

/// <summary>Reads UTF-16 text by code points; an unpaired surrogate counts as one.</summary>
internal static class CodePoints
{
    /// <summary>The code point at an index.</summary>
    /// <returns>The number of its UTF-16 code units: 1 or 2.</returns>
    internal static int At(ReadOnlySpan<char> text, int index, out int codePoint)
    {
        var isRune = Rune.DecodeFromUtf16(text[index..], out var rune, out var width) == System.Buffers.OperationStatus.Done;
        codePoint = isRune ? rune.Value : text[index];
        return isRune ? width : 1;
    }
}
