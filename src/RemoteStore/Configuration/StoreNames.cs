using System.Text.RegularExpressions;

namespace RemoteStore;

/// <summary>
/// Valid names of stores and backends: 1 to 63 lower-case ASCII letters, digits and <c>-</c>, not starting or ending with <c>-</c>.
/// </summary>
public static partial class StoreNames
{
    internal const string Rule = "must have 1 to 63 lower-case letters, digits and '-', and must not start or end with '-'.";

    /// <summary>Whether the text is a valid name.</summary>
    /// <param name="name">The text.</param>
    public static bool IsValid(string? name) => name is not null && Pattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
