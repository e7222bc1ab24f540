using Microsoft.Extensions.Configuration;

namespace RemoteStore;

/// <summary>
/// A factory whose options are the settable properties of a class. Unknown keys and values that cannot be parsed are errors. A property
/// called <c>Name</c> is ignored, because a backend has the name of its entry.
/// </summary>
/// <typeparam name="TOptions">The options; use <see cref="Secret"/> for values that must not be shown.</typeparam>
/// <param name="type">The type name in the configuration.</param>
public abstract class BackendFactory<TOptions>(string type) : IBackendFactory
    where TOptions : class, new()
{
    /// <inheritdoc/>
    public string Type { get; } = type;

    /// <inheritdoc/>
    public virtual BackendScope Reach => BackendScope.Network;

    /// <inheritdoc/>
    public IEnumerable<string> Validate(IConfigurationSection section)
    {
        var reader = new OptionsReader();
        var options = reader.Read<TOptions>(section, except: "Name");
        if (reader.Faults.Count > 0)
            return reader.Faults;
        return Check(options).Select(f => $"{section.Path}:{f.Property}: {f.Fault}").ToList();
    }

    /// <inheritdoc/>
    public AsyncBackend Create(string name, IConfigurationSection section, IServiceProvider services)
    {
        var reader = new OptionsReader();
        var options = reader.Read<TOptions>(section, except: "Name");
        reader.ThrowOnFaults();
        return Create(name, options, services);
    }

    /// <summary>The faults of parsed options: the property and a sentence that contains no secret.</summary>
    /// <param name="options">The options.</param>
    protected virtual IEnumerable<(string Property, string Fault)> Check(TOptions options) => [];

    /// <summary>Creates the backend; no I/O.</summary>
    /// <param name="name">The backend's name.</param>
    /// <param name="options">The validated options.</param>
    /// <param name="services">The service provider of the process.</param>
    protected abstract AsyncBackend Create(string name, TOptions options, IServiceProvider services);
}
