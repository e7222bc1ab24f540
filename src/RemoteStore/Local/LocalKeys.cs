namespace RemoteStore.Local;

/// <summary>Parts of canonical keys.</summary>
internal static class LocalKeys
{
    internal static string NameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    internal static string ParentOf(string key) => key[..Math.Max(0, key.LastIndexOf('/'))];

    /// <summary>Whether a text is one segment of a key.</summary>
    internal static bool IsName(string text) => !text.Contains('/', StringComparison.Ordinal) && IsKey(text);

    internal static bool IsKey(string text) =>
        PathRules.Canonicalize(text, foldBackslash: false, out var canonical) is null && canonical == text;

    internal static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
