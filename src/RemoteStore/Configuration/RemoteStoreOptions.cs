namespace RemoteStore;

/// <summary>
/// The backends and stores of a process, by name. Set by the configuration section <see cref="SectionName"/>, by code, or both (the last
/// one wins). All keys, defaults and errors: docs/configuration.md.
/// </summary>
public sealed class RemoteStoreOptions
{
    /// <summary>The name of the configuration section: <c>RemoteStore</c>.</summary>
    public const string SectionName = "RemoteStore";

    /// <summary>The backends, by name (see <see cref="StoreNames"/>).</summary>
    public IDictionary<string, BackendOptions> Backends { get; } = new Dictionary<string, BackendOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The stores, by name (see <see cref="StoreNames"/>).</summary>
    public IDictionary<string, StoreOptions> Stores { get; } = new Dictionary<string, StoreOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What could not be parsed; reported together with the other faults.</summary>
    internal List<string> Faults { get; } = [];
}
