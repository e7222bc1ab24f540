namespace RemoteStore.Conformance.Tests;

/// <summary>The glob grammar word by word, by trying everything: slow, and too simple to be wrong.</summary>
internal static class SlowMatcher
{
    internal static bool Matches(string pattern, string path) => Segments(pattern.Split('/'), path.Split('/'));

    internal static bool MatchesName(string pattern, string name)
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

    /// <summary>The first element of a pattern: how many characters it takes, and what it matches. A bracket that never closes is itself.</summary>
    private static (int Width, Func<char, bool> Matches) First(string pattern)
    {
        if (pattern[0] == '?')
            return (1, _ => true);
        var close = pattern[0] == '[' && pattern.Length > 2 ? pattern.IndexOf(']', 2) : -1;
        if (close < 0)
            return (1, c => c == pattern[0]);
        var set = pattern[1..close];
        return set.Length > 1 && set[0] == '!' ? (close + 1, c => !Expand(set[1..]).Contains(c)) : (close + 1, c => Expand(set).Contains(c));
    }

    private static HashSet<char> Expand(string set)
    {
        var members = new HashSet<char>();
        for (var i = 0; i < set.Length; i++)
        {
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            var last = isRange ? set[i + 2] : set[i];
            for (var c = set[i]; c <= last; c++)
                members.Add(c);
            i += isRange ? 2 : 0;
        }

        return members;
    }
}
