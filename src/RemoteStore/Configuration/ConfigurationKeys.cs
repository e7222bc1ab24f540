namespace RemoteStore;

/// <summary>The paths of configuration keys, as used in messages.</summary>
internal static class ConfigurationKeys
{
    internal const string Backends = RemoteStoreOptions.SectionName + ":Backends";
    internal const string Stores = RemoteStoreOptions.SectionName + ":Stores";

    internal static string Backend(string name) => $"{Backends}:{name}";

    internal static string Store(string name) => $"{Stores}:{name}";

    /// <summary>A list of names for a message.</summary>
    internal static string Listed(IEnumerable<string> names)
    {
        var text = string.Join(", ", names.Order(StringComparer.Ordinal));
        return text.Length == 0 ? "none" : text;
    }

    /// <summary>The end of a message about an unknown key: a suggestion, or the known keys.</summary>
    internal static string Hint(string key, IReadOnlyCollection<string> known) =>
        known.FirstOrDefault(k => IsNear(key, k)) is { } near ? $" Did you mean '{near}'?" : $" Known: {Listed(known)}.";

    /// <summary>Whether the texts differ in at most two letters (changed, added or missing).</summary>
    internal static bool IsNear(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var same = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[^1] <= Math.Min(2, other.Length / 2);
    }
}
