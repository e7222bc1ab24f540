namespace RemoteStore;

/// <summary>One element of a <see cref="NamePattern"/>: a star, or the set of code points that match.</summary>
internal readonly struct PatternElement
{
    private readonly (int First, int Last)[]? _ranges;
    private readonly bool _isNegated;

    private PatternElement((int First, int Last)[]? ranges, bool isNegated) => (_ranges, _isNegated) = (ranges, isNegated);

    internal static PatternElement Star => default;

    internal bool IsStar => _ranges is null;

    private static PatternElement AnyOne { get; } = new([], isNegated: true);

    internal static PatternElement[] ParseAll(ReadOnlySpan<char> pattern)
    {
        var elements = new List<PatternElement>(pattern.Length);
        // Computed once: a search from every '[' would be quadratic in the pattern's length.
        var lastClose = pattern.LastIndexOf(']');
        for (var i = 0; i < pattern.Length; )
            elements.Add(ParseOne(pattern, lastClose, ref i));
        return [.. elements];
    }

    internal bool Matches(int codePoint)
    {
        foreach (var (first, last) in _ranges!)
        {
            if (codePoint >= first && codePoint <= last)
                return !_isNegated;
        }

        return _isNegated;
    }

    private static PatternElement ParseOne(ReadOnlySpan<char> pattern, int lastClose, ref int index)
    {
        var start = index;
        index += CodePoints.At(pattern, start, out var codePoint);
        if (codePoint == '*')
            return Star;
        if (codePoint == '?')
            return AnyOne;
        // The first character of a set is a member even if it is ']'; a bracket that is never closed is a literal.
        if (codePoint != '[' || lastClose < start + 2)
            return new PatternElement([(codePoint, codePoint)], isNegated: false);
        var length = pattern[(start + 2)..].IndexOf(']') + 1;
        index = start + length + 2;
        return ParseSet(pattern.Slice(start + 1, length));
    }

    private static PatternElement ParseSet(ReadOnlySpan<char> set)
    {
        var isNegated = set[0] == '!' && set.Length > 1;
        var ranges = new List<(int, int)>();
        for (var i = isNegated ? 1 : 0; i < set.Length; )
        {
            i += CodePoints.At(set, i, out var first);
            var last = first;
            if (i + 1 < set.Length && set[i] == '-')
                i += 1 + CodePoints.At(set, i + 1, out last);
            ranges.Add((first, last));
        }

        return new PatternElement([.. ranges], isNegated);
    }
}
