namespace RemoteStore.Drivers;

/// <summary>What a driver needs to know about names that it finds in a listing and did not make.</summary>
public static class DriverKeys
{
    /// <summary>
    /// Whether a listing shows the key: it is canonical, so that a caller can name it, and no part of it is reserved for the library's own
    /// files.
    /// </summary>
    /// <param name="key">A key below the root.</param>
    public static bool IsListable(string key) =>
        PathRules.Canonicalize(key, foldBackslash: false, out var canonical) is null && canonical.Length == key.Length && key[0] != '/';
}
