using System.Text;
using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>
/// Stores user metadata and the library's own entries in the metadata headers of an object. Plain keys and values are
/// stored as they are; others are encoded (values as RFC 2047 words, the spelling of keys in a companion entry).
/// </summary>
internal static class S3Metadata
{
    private const string HeaderPrefix = "x-amz-meta-";
    private const string HistoryKey = "rs-op";
    private const string NamesKey = "rs-names";
    private const string DeletedKey = "rs-deleted";
    private const string WordStart = "=?UTF-8?B?";
    private const string WordEnd = "?=";

    internal static void Write(MetadataCollection target, UserMetadata? user, S3History history, long? deletedUntil = null)
    {
        var spelled = new List<string>();
        var bytes = 0;
        foreach (var (key, value) in user?.OrderBy(p => p.Key, StringComparer.Ordinal) ?? Enumerable.Empty<KeyValuePair<string, string>>())
        {
            var header = HeaderOf(key);
            if (header is HistoryKey or NamesKey or DeletedKey || target.Keys.Contains(HeaderPrefix + header))
                throw new ArgumentException($"Metadata key '{key}' cannot be distinguished from another key of the object in S3.");
            if (header != key)
                spelled.Add(key);
            // The SDK omits the prefix for names that begin with it.
            var text = target[HeaderPrefix + header] = Encode(value);
            bytes += header.Length + text.Length;
        }

        if (spelled.Count > 0)
            target[NamesKey] = string.Join(',', spelled);
        if (deletedUntil is { } until)
            target[DeletedKey] = until.ToString(System.Globalization.CultureInfo.InvariantCulture);
        target[HistoryKey] = Fitting(history, bytes + NamesKey.Length + spelled.Sum(s => s.Length + 1));
    }

    internal static (UserMetadata? User, S3History History, long? DeletedUntil) Read(MetadataCollection metadata)
    {
        if (metadata.Count == 0)
            return default;
        var spelled = Spelled(metadata[NamesKey] ?? "");
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        // Of two headers that a copy could not distinguish, one is kept.
        var taken = new HashSet<string>([HistoryKey, NamesKey, DeletedKey], StringComparer.Ordinal);
        foreach (var name in metadata.Keys.Order(StringComparer.Ordinal))
        {
            var header = name.StartsWith(HeaderPrefix, StringComparison.Ordinal) ? name[HeaderPrefix.Length..] : name;
            if (taken.Add(HeaderOf(header)))
                pairs[spelled.GetValueOrDefault(header, header)] = Decode(metadata[name]);
        }

        return (Valid(pairs), new S3History(metadata[HistoryKey] ?? ""), long.TryParse(metadata[DeletedKey], out var until) ? until : null);
    }

    // The list of another tool may contain a header twice: then it is ignored.
    private static Dictionary<string, string> Spelled(string names) =>
        names
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .GroupBy(HeaderOf, StringComparer.Ordinal)
            .Where(same => same.Count() == 1)
            .ToDictionary(same => same.Key, same => same.Single(), StringComparer.Ordinal);

    // The limit of S3 covers keys and values together: a long history is truncated in favour of the user metadata.
    private static string Fitting(S3History history, int others) =>
        others + HistoryKey.Length + history.Ids.Length <= UserMetadata.MaxBytes ? history.Ids : history.Own!;

    private static string HeaderOf(string key) => key.ToLowerInvariant().Replace('_', '-');

    private static string Encode(string value) =>
        IsPlain(value) ? value : WordStart + Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) + WordEnd;

    private static bool IsPlain(string value) =>
        value.Length > 0
        && value[0] != ' '
        && value[^1] != ' '
        && value.All(c => c is >= ' ' and <= '~')
        && !value.Contains("  ", StringComparison.Ordinal)
        && !value.StartsWith("=?", StringComparison.Ordinal);

    private static string Decode(string value)
    {
        if (!value.StartsWith(WordStart, StringComparison.OrdinalIgnoreCase) || !value.EndsWith(WordEnd, StringComparison.Ordinal))
            return value;
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64Chars(value.AsSpan()[WordStart.Length..^WordEnd.Length], bytes, out var count)
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : value;
    }

    // Other tools may write pairs that the contract does not allow: these are left out, so that the file stays readable.
    private static UserMetadata? Valid(Dictionary<string, string> pairs)
    {
        try
        {
            return UserMetadata.From(pairs);
        }
        catch (ArgumentException)
        {
            return UserMetadata.From(Fitting(pairs.Where(IsValid)));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Fitting(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var room = UserMetadata.MaxBytes;
        foreach (var pair in pairs.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var bytes = pair.Key.Length + Encoding.UTF8.GetByteCount(pair.Value);
            if (bytes > room)
                continue;
            room -= bytes;
            yield return pair;
        }
    }

    private static bool IsValid(KeyValuePair<string, string> pair)
    {
        try
        {
            return UserMetadata.From([pair]) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
