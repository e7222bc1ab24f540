using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RemoteStore;

/// <summary>
/// The user's own key-value pairs of a file: immutable, compared by value. Keys are non-empty ASCII letters, digits, <c>-</c>, <c>.</c>
/// and <c>_</c> and do not start with <c>_</c>; values hold no control characters; keys and values together take at most
/// <see cref="MaxBytes"/> bytes of UTF-8.
/// </summary>
public sealed class UserMetadata : IReadOnlyDictionary<string, string>, IEquatable<UserMetadata>
{
    /// <summary>The limit on the bytes of all keys and values together: 2,048.</summary>
    public const int MaxBytes = 2048;

    private readonly FrozenDictionary<string, string> _pairs;

    private UserMetadata(FrozenDictionary<string, string> pairs) => _pairs = pairs;

    /// <inheritdoc/>
    public int Count => _pairs.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _pairs.Keys;

    /// <inheritdoc/>
    public IEnumerable<string> Values => _pairs.Values;

    /// <inheritdoc/>
    public string this[string key] => _pairs[key];

    /// <summary>Validates the pairs and makes them immutable.</summary>
    /// <param name="pairs">The pairs; null or empty means none.</param>
    /// <returns>The metadata, or null for none.</returns>
    /// <exception cref="ArgumentException">A key or value breaks a rule; the message names the key.</exception>
    public static UserMetadata? From(IEnumerable<KeyValuePair<string, string>>? pairs)
    {
        if (pairs is null or UserMetadata { Count: 0 })
            return null;
        if (pairs is UserMetadata checkedBefore)
            return checkedBefore;
        var frozen = pairs.ToFrozenDictionary(StringComparer.Ordinal);
        Check(frozen);
        return frozen.Count == 0 ? null : new UserMetadata(frozen);
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _pairs.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _pairs.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_pairs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(UserMetadata? other) =>
        other is not null && other.Count == Count && _pairs.All(p => other.TryGetValue(p.Key, out var v) && v == p.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UserMetadata);

    /// <inheritdoc/>
    public override int GetHashCode() => _pairs.Aggregate(0, (sum, p) => sum ^ HashCode.Combine(p.Key, p.Value));

    private static void Check(FrozenDictionary<string, string> pairs)
    {
        var bytes = 0;
        foreach (var (key, value) in pairs)
        {
            if (key.Length == 0 || key[0] == '_' || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
                throw new ArgumentException(
                    $"The metadata key '{Printable(key)}' must have only ASCII letters, digits, '-', '.' and '_', and not start with '_'."
                );
            if (value is null || value.Any(char.IsControl) || value.Any(char.IsSurrogate) && !WellFormed.IsWellFormed(value))
                throw new ArgumentException($"The value of the metadata key '{key}' must be text without control characters.");
            bytes += key.Length + Encoding.UTF8.GetByteCount(value);
        }

        if (bytes > MaxBytes)
            throw new ArgumentException($"The metadata must take at most {MaxBytes} bytes (was {bytes}; largest key: '{Largest(pairs)}').");
    }

    private static string Largest(FrozenDictionary<string, string> pairs) => pairs.MaxBy(p => p.Key.Length + p.Value.Length).Key;

    private static string Printable(string key) => string.Concat(key.Select(c => char.IsControl(c) ? '?' : c));
}
