using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>Turns the keys callers give a backend into canonical ones: one decision for "names a node" and "which node".</summary>
internal static class KernelKeys
{
    /// <summary>For queries, which may name the root: empty and <c>.</c> do.</summary>
    internal static string Query(string key, string backend) => key is "" or "." ? "" : File(key, backend);

    /// <summary>For what gives a file its name.</summary>
    internal static string Named(string key, StorageDriver driver)
    {
        var canonical = File(key, driver.Name);
        return driver.NamesTravelInXml && !PathRules.FitsXml(canonical)
            ? throw new InvalidPathException(
                "The backend takes no name with U+FFFE or U+FFFF, because its listings could not report it.",
                PathRules.Printable(key),
                driver.Name
            )
            : canonical;
    }

    /// <summary>For everything that needs a file or a folder below the root.</summary>
    internal static string File(string key, string backend)
    {
        var fault = PathRules.Canonicalize(key, foldBackslash: false, out var canonical);
        if (fault is null && key.StartsWith('/'))
            fault = "A key is relative: it does not start with '/'.";
        return fault is null ? canonical : throw new InvalidPathException(fault, PathRules.Printable(key), backend);
    }
}
