using System.Globalization;
using System.Text;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// Stores user metadata in the format of the service: names are C# identifiers, compared case-insensitively; values
/// are printable ASCII. Names and values that fit are stored as they are; otherwise <c>__xx</c> represents a character
/// of a name, and an encoded word (RFC 2047) a value.
/// </summary>
internal static class AzureMetadata
{
    /// <summary>Marks a blob while it is the copy of a running move. No user key can become this name.</summary>
    internal const string MoveMark = "_rs_move";

    /// <summary>Names the operation that wrote a blob, so that its retry is recognised. No user key can become this name.</summary>
    internal const string OperationMark = "_rs_op";

    private const string FolderMark = "hdi_isfolder";
    private const string WordStart = "=?utf-8?B?";
    private const string WordEnd = "?=";

    /// <summary>Whether the blob represents a folder: this is the mark used by hierarchical namespaces and Hadoop.</summary>
    internal static bool IsFolder(IDictionary<string, string>? stored) =>
        stored is { Count: > 0 }
        && stored.Any(p => IsFolderMark(p.Key) && string.Equals(p.Value, "true", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an operation wrote or moved the blob.</summary>
    internal static bool IsMadeBy(IDictionary<string, string> stored, Guid operation) =>
        new[] { OperationMark, MoveMark }.Any(mark => stored.TryGetValue(mark, out var id) && id == MoveIntent.IdOf(operation));

    /// <summary>The user metadata, and the operation that writes the blob, in the format of the service.</summary>
    internal static IDictionary<string, string>? Encode(IReadOnlyDictionary<string, string>? metadata, Guid? operation)
    {
        var stored = Encode(metadata);
        if (operation is null)
            return stored;
        stored ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        stored[OperationMark] = MoveIntent.IdOf(operation);
        return stored;
    }

    internal static IDictionary<string, string>? Encode(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null or { Count: 0 })
            return null;
        var stored = new Dictionary<string, string>(metadata.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in metadata.OrderByDescending(p => p.Key, StringComparer.Ordinal))
        {
            var name = EncodeName(key, upper: false);
            stored[stored.ContainsKey(name) ? EncodeName(key, upper: true) : name] = EncodeValue(value);
        }

        return stored;
    }

    /// <summary>
    /// The user metadata. Pairs of other programs that the contract does not allow are left out, so that they never make a file unreadable.
    /// </summary>
    internal static UserMetadata? Decode(IDictionary<string, string>? stored)
    {
        if (stored is null or { Count: 0 })
            return null;
        var pairs = stored.Where(p => !IsFolderMark(p.Key)).Select(p => KeyValuePair.Create(DecodeName(p.Key), DecodeValue(p.Value)));
        var allowed = new Dictionary<string, string>(StringComparer.Ordinal);
        UserMetadata? result = null;
        foreach (var (key, value) in pairs)
        {
            allowed[key] = value;
            if (TryFrom(allowed) is { } good)
                result = good;
            else
                allowed.Remove(key);
        }

        return result;
    }

    private static UserMetadata? TryFrom(Dictionary<string, string> pairs)
    {
        try
        {
            return UserMetadata.From(pairs);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsFolderMark(string name) => name.Equals(FolderMark, StringComparison.OrdinalIgnoreCase);

    private static string EncodeName(string key, bool upper)
    {
        var name = new StringBuilder(key.Length);
        for (var i = 0; i < key.Length; i++)
        {
            var c = key[i];
            var plain = c == '_' ? i + 1 == key.Length || key[i + 1] != '_' : char.IsAsciiLetter(c) || (char.IsAsciiDigit(c) && i > 0);
            if (plain && !(upper && char.IsAsciiLetterUpper(c)) && !(i == 0 && IsFolderMark(key)))
                name.Append(c);
            else
                name.Append("__").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
        }

        return name.ToString();
    }

    private static string DecodeName(string name)
    {
        if (!name.Contains("__", StringComparison.Ordinal))
            return name;
        var key = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (
                i + 3 < name.Length
                && name[i] == '_'
                && name[i + 1] == '_'
                && byte.TryParse(name.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            )
            {
                key.Append((char)code);
                i += 3;
            }
            else
            {
                key.Append(name[i]);
            }
        }

        return key.ToString();
    }

    private static string EncodeValue(string value)
    {
        var plain =
            value.Length > 0
            && value.Trim().Length == value.Length
            && value.All(c => c is >= ' ' and <= '~')
            && !value.StartsWith(WordStart, StringComparison.OrdinalIgnoreCase);
        return plain ? value : WordStart + Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) + WordEnd;
    }

    private static string DecodeValue(string value)
    {
        if (!value.StartsWith(WordStart, StringComparison.OrdinalIgnoreCase) || !value.EndsWith(WordEnd, StringComparison.Ordinal))
            return value;
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64Chars(value.AsSpan()[WordStart.Length..^WordEnd.Length], bytes, out var count)
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : value;
    }
}
