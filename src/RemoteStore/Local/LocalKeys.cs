namespace RemoteStore.Local;

/// <summary>Parts of canonical keys.</summary>
internal static class LocalKeys
{
    internal static string NameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    internal static string ParentOf(string key) => key[..Math.Max(0, key.LastIndexOf('/'))];

    internal static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
