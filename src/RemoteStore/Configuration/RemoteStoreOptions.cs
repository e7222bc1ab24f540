namespace RemoteStore;

/// <summary>
/// The backends and stores of a process, by name. Filled from the configuration section <see cref="SectionName"/>, from code, or both (what
/// comes later wins). Every key, its default and its errors: docs/configuration.md.
/// </summary>
public sealed class RemoteStoreOptions
{
    /// <summary>The name of the configuration section: <c>RemoteStore</c>.</summary>
    public const string SectionName = "RemoteStore";

    /// <summary>Where files are, by name (see <see cref="StoreNames"/>).</summary>
    public IDictionary<string, BackendOptions> Backends { get; } = new Dictionary<string, BackendOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What callers see, by name (see <see cref="StoreNames"/>).</summary>
    public IDictionary<string, StoreOptions> Stores { get; } = new Dictionary<string, StoreOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What could not be read from the configuration; reported together with what else is wrong.</summary>
    internal List<string> Faults { get; } = [];
}
