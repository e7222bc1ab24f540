using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>
/// The objects and the common prefixes of a page in the order of the service, that of UTF-8 bytes, each with the cursor after it.
/// </summary>
internal static class S3ListOrder
{
    // Few keys below the prefix sort after this one: a listing that starts here has left the folder, except for names that begin with it.
    private const string Last = "\U0010FFFF";

    /// <summary>The common prefix of a cursor; null when the cursor is an object.</summary>
    internal static string? PrefixIn(string? cursor) =>
        cursor is not null && cursor.EndsWith("/" + Last, StringComparison.Ordinal) ? cursor[..^Last.Length] : null;

    internal static List<(S3Object? Object, string? Prefix, string Next)> Merge(List<S3Object> objects, List<string> prefixes)
    {
        var merged = new List<(S3Object? Object, string? Prefix, string Next)>(objects.Count + prefixes.Count);
        var (o, p) = (0, 0);
        while (o < objects.Count || p < prefixes.Count)
        {
            if (p == prefixes.Count || (o < objects.Count && Compare(objects[o].Key, prefixes[p]) < 0))
                merged.Add((objects[o], null, objects[o++].Key));
            else
                merged.Add((null, prefixes[p], prefixes[p++] + Last));
        }

        return merged;
    }

    internal static int Compare(string left, string right)
    {
        var at = left.AsSpan().CommonPrefixLength(right);
        return at == left.Length || at == right.Length ? left.Length - right.Length : Weight(left[at]) - Weight(right[at]);
    }

    // UTF-16 sorts surrogates before U+E000 and above, UTF-8 after them.
    private static int Weight(char c) =>
        c < '\ud800' ? c
        : c >= '\ue000' ? c - 0x800
        : c + 0x2000;
}
