namespace RemoteStore.Conformance.Tests;

/// <summary>The glob grammar word by word, by trying everything: slow, and too simple to be wrong.</summary>
internal static class SlowMatcher
{
    internal static bool Matches(string pattern, string path) => Segments(pattern.Split('/'), path.Split('/'));

    internal static bool MatchesName(string pattern, string name) => MatchesName(CodePoints(pattern), CodePoints(name));

    private static bool MatchesName(int[] pattern, int[] name)
    {
        if (pattern.Length == 0)
            return name.Length == 0;
        if (pattern[0] == '*')
            return Enumerable.Range(0, name.Length + 1).Any(skip => MatchesName(pattern[1..], name[skip..]));
        if (name.Length == 0)
            return false;
        var (width, one) = First(pattern);
        return one(name[0]) && MatchesName(pattern[width..], name[1..]);
    }

    private static int[] CodePoints(string text) => [.. text.EnumerateRunes().Select(r => r.Value)];

    private static bool Segments(string[] pattern, string[] path)
    {
        if (pattern.Length == 0)
            return path.Length == 0;
        if (pattern[0] != "**")
            return path.Length > 0 && MatchesName(pattern[0], path[0]) && Segments(pattern[1..], path[1..]);
        if (pattern.Length == 1)
            return path.Length > 0;
        return Enumerable.Range(0, path.Length + 1).Any(skip => Segments(pattern[1..], path[skip..]));
    }

    /// <summary>
    /// The first element of a pattern: how many characters it takes, and what it matches. A bracket that never closes is itself.
    /// </summary>
    private static (int Width, Func<int, bool> Matches) First(int[] pattern)
    {
        if (pattern[0] == '?')
            return (1, _ => true);
        var close = pattern[0] == '[' && pattern.Length > 2 ? Array.IndexOf(pattern, ']', 2) : -1;
        if (close < 0)
            return (1, c => c == pattern[0]);
        var set = pattern[1..close];
        return set.Length > 1 && set[0] == '!' ? (close + 1, c => !Contains(set[1..], c)) : (close + 1, c => Contains(set, c));
    }

    private static bool Contains(int[] set, int codePoint)
    {
        var isMember = false;
        for (var i = 0; i < set.Length; i++)
        {
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            var last = isRange ? set[i + 2] : set[i];
            isMember |= codePoint >= set[i] && codePoint <= last;
            i += isRange ? 2 : 0;
        }

        return isMember;
    }
}
