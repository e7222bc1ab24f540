namespace RemoteStore;

/// <summary>Matches one name against <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-z]</c> and <c>[!abc]</c>: ordinal, the whole name, linear in practice.</summary>
internal sealed class NamePattern
{
    private readonly string _pattern;

    private NamePattern(string pattern) => _pattern = pattern;

    internal static NamePattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length == 0 || pattern.Contains('/', StringComparison.Ordinal) || pattern.Any(char.IsControl))
            throw new ArgumentException("A name pattern is not empty, has no '/' and no control characters.", nameof(pattern));
        return new NamePattern(pattern);
    }

    internal static bool HasWildcard(ReadOnlySpan<char> text) => text.IndexOfAny("*?[") >= 0;

    internal bool Matches(ReadOnlySpan<char> name)
    {
        var (p, n) = (0, 0);
        var (starP, starN) = (-1, 0);
        while (n < name.Length)
        {
            if (p < _pattern.Length && _pattern[p] == '*')
            {
                (starP, starN) = (p++, n);
            }
            else if (p < _pattern.Length && MatchOne(p, name[n], out var next))
            {
                (p, n) = (next, n + 1);
            }
            else if (starP >= 0)
            {
                (p, n) = (starP + 1, ++starN);
            }
            else
            {
                return false;
            }
        }

        return _pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }

    private bool MatchOne(int p, char c, out int next)
    {
        next = p + 1;
        if (_pattern[p] == '?')
            return true;
        var close = _pattern[p] == '[' ? _pattern.IndexOf(']', Math.Min(p + 2, _pattern.Length)) : -1;
        if (close < 0)
            return _pattern[p] == c;
        next = close + 1;
        var set = _pattern.AsSpan(p + 1, close - p - 1);
        return set[0] == '!' && set.Length > 1 ? !InSet(set[1..], c) : InSet(set, c);
    }

    private static bool InSet(ReadOnlySpan<char> set, char c)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (c >= set[i] && c <= set[i + 2])
                    return true;
                i += 2;
            }
            else if (set[i] == c)
            {
                return true;
            }
        }

        return false;
    }
}
