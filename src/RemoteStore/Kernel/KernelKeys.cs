using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>Makes the keys that callers pass to a backend canonical, and decides whether they may name the root.</summary>
internal static class KernelKeys
{
    /// <summary>For queries, which may name the root by an empty key or <c>.</c>.</summary>
    internal static string Query(string key, string backend) => key is "" or "." ? "" : File(key, backend);

    /// <summary>For operations that give a file its name.</summary>
    internal static string Named(string key, StorageDriver driver)
    {
        var canonical = File(key, driver.Name);
        return driver.NamesTravelInXml && !PathRules.FitsXml(canonical)
            ? throw new InvalidPathException(
                "The path must not contain U+FFFE or U+FFFF: this backend cannot list such names.",
                PathRules.Printable(key),
                driver.Name
            )
            : canonical;
    }

    /// <summary>For operations that need a file or a folder below the root.</summary>
    internal static string File(string key, string backend)
    {
        var fault = PathRules.Canonicalize(key, foldBackslash: false, out var canonical);
        if (fault is null && key.StartsWith('/'))
            fault = "The key must not start with '/'.";
        return fault is null ? canonical : throw new InvalidPathException(fault, PathRules.Printable(key), backend);
    }
}
