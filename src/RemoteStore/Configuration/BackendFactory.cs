using Microsoft.Extensions.Configuration;

namespace RemoteStore;

/// <summary>
/// A factory whose options are the settable properties of a class: unknown keys and values that cannot be read are errors. A property
/// called <c>Name</c> is not read, because a backend is called what its entry is called.
/// </summary>
/// <typeparam name="TOptions">The options; use <see cref="Secret"/> for what must not be shown.</typeparam>
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

    /// <summary>What is wrong with options that could be read: the property, and a sentence that holds no secret.</summary>
    /// <param name="options">The options.</param>
    protected virtual IEnumerable<(string Property, string Fault)> Check(TOptions options) => [];

    /// <summary>Makes the backend; no I/O.</summary>
    /// <param name="name">The backend's name.</param>
    /// <param name="options">The validated options.</param>
    /// <param name="services">The services of the process.</param>
    protected abstract AsyncBackend Create(string name, TOptions options, IServiceProvider services);
}
