using System.Diagnostics.CodeAnalysis;

namespace RemoteStore;

/// <summary>A path in a store: immutable, canonical, compared ordinally. It has at least one segment, except <see cref="Root"/>.</summary>
/// <remarks>
/// <para>Invariants: segments are separated by <c>/</c> (a <c>\</c> is read as one); no empty, <c>.</c> or <c>..</c> segment; no control
/// character; well-formed UTF-16; a segment has at most 255 bytes in UTF-8 and the whole path at most 1,024; no segment starts with a
/// reserved temporary prefix (<c>.~tmp.</c>, <c>.~bak.</c>, <c>.~rs.</c>). Unicode is not normalized: two normal forms are two
/// paths.</para>
/// <para>There is deliberately no conversion to a local path, so that a key cannot be passed to a file-system call by mistake.</para>
/// </remarks>
public sealed class RemotePath : IEquatable<RemotePath>
{
    private RemotePath(string value) => Value = value;

    /// <summary>The root, written <c>.</c>; it has no name and no parent.</summary>
    public static RemotePath Root { get; } = new(".");

    /// <summary>The canonical text; <c>.</c> for the root.</summary>
    public string Value { get; }

    /// <summary>Whether this is the root.</summary>
    public bool IsRoot => ReferenceEquals(this, Root);

    /// <summary>The last segment; <c>.</c> for the root.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>The parent path; null for a path of one segment and for the root.</summary>
    public RemotePath? Parent => Value.LastIndexOf('/') is var slash and > 0 ? new RemotePath(Value[..slash]) : null;

    /// <summary>The segments.</summary>
    public IReadOnlyList<string> Segments => Value.Split('/');

    /// <summary>The last extension of the name, with its dot; empty when there is none.</summary>
    public string Extension
    {
        get
        {
            var name = Name;
            var dot = name.LastIndexOf('.');
            return IsRoot || dot <= 0 || dot == name.Length - 1 ? "" : name[dot..];
        }
    }

    /// <summary>The key to pass to a backend: empty for the root.</summary>
    internal string Key => IsRoot ? "" : Value;

    /// <summary>Joins two paths.</summary>
    /// <param name="left">The folder.</param>
    /// <param name="right">What to append.</param>
    /// <exception cref="InvalidPathException">The result breaks an invariant.</exception>
    public static RemotePath operator /(RemotePath left, string right) => Combine(left, right);

    /// <summary>The canonical text, so that every method of a store takes a path.</summary>
    /// <param name="path">The path.</param>
    [return: NotNullIfNotNull(nameof(path))]
    public static implicit operator string?(RemotePath? path) => path?.Value;

    /// <summary>Whether both name the same path.</summary>
    /// <param name="left">One path.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(RemotePath? left, RemotePath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the paths differ.</summary>
    /// <param name="left">One path.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(RemotePath? left, RemotePath? right) => !(left == right);

    /// <summary>Joins two paths.</summary>
    /// <param name="left">The folder.</param>
    /// <param name="right">What to append.</param>
    /// <exception cref="InvalidPathException">The result breaks an invariant.</exception>
    public static RemotePath Combine(RemotePath left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        var tail = Parse(right);
        return left.IsRoot ? tail : Parse($"{left.Value}/{tail.Value}");
    }

    /// <summary>Parses a path and makes it canonical.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidPathException">The text breaks an invariant, or names the root.</exception>
    public static RemotePath Parse(string text)
    {
        var error = PathRules.Canonicalize(text, foldBackslash: true, out var canonical);
        if (error is not null)
            throw new InvalidPathException(error, PathRules.Printable(text));
        return new RemotePath(canonical);
    }

    /// <summary>Parses a path without throwing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">The path.</param>
    /// <returns>Whether the text is a valid path.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RemotePath? path)
    {
        path =
            text is not null && PathRules.Canonicalize(text, foldBackslash: true, out var canonical) is null
                ? new RemotePath(canonical)
                : null;
        return path is not null;
    }

    /// <inheritdoc/>
    public bool Equals(RemotePath? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RemotePath);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical text.</summary>
    public override string ToString() => Value;
}
