using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace RemoteStore;

/// <summary>
/// A text that must not be shown: passwords, keys, connection strings. Every text form, JSON included, is <c>***</c>; only
/// <see cref="Reveal"/> returns the text. Immutable.
/// </summary>
[TypeConverter(typeof(SecretTypeConverter))]
[JsonConverter(typeof(SecretJsonConverter))]
[DebuggerDisplay(Mask)]
public sealed class Secret : IEquatable<Secret>
{
    /// <summary>The text shown instead: <c>***</c>.</summary>
    public const string Mask = "***";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _value;

    /// <summary>Wraps the text.</summary>
    /// <param name="value">The text; may be empty.</param>
    public Secret(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>Whether the text is empty.</summary>
    public bool IsEmpty => _value.Length == 0;

    /// <summary>Wraps the text.</summary>
    /// <param name="value">The text; null stays null.</param>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(value))]
    public static implicit operator Secret?(string? value) => FromString(value);

    /// <summary>Whether both hold the same text.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Secret? left, Secret? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they hold different texts.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Secret? left, Secret? right) => !(left == right);

    /// <summary>Wraps the text.</summary>
    /// <param name="value">The text; null stays null.</param>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(value))]
    public static Secret? FromString(string? value) => value is null ? null : new Secret(value);

    /// <summary>The text itself. Pass it only to the client that needs it.</summary>
    public string Reveal() => _value;

    /// <summary>Whether both hold the same text; compared in constant time.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(Secret? other) => other is not null && CryptographicOperations.FixedTimeEquals(Digest(), other.Digest());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(Digest());

    /// <summary><c>***</c>.</summary>
    public override string ToString() => Mask;

    private byte[] Digest() => SHA256.HashData(MemoryMarshal.AsBytes(_value.AsSpan()));
}
