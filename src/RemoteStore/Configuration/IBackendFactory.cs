using Microsoft.Extensions.Configuration;

namespace RemoteStore;

/// <summary>
/// Creates backends of one type from configuration. Register it as a singleton service; <see cref="BackendFactory{TOptions}"/> is the
/// convenient base class. Safe for concurrent callers.
/// </summary>
public interface IBackendFactory
{
    /// <summary>
    /// From where one set of files can be reached. Silos on several machines need <see cref="BackendScope.Network"/>, the default.
    /// </summary>
    BackendScope Reach => BackendScope.Network;

    /// <summary>The type name in the configuration, for example <c>local</c>; compared case-insensitively.</summary>
    string Type { get; }

    /// <summary>The faults of the options, one message each, which names the key and never a value that may be secret. No I/O.</summary>
    /// <param name="section">The options of the type.</param>
    IEnumerable<string> Validate(IConfigurationSection section);

    /// <summary>Creates the backend; no I/O. The caller closes it.</summary>
    /// <param name="name">The backend's name, for errors and metrics.</param>
    /// <param name="section">The options of the type; they have been validated.</param>
    /// <param name="services">The service provider of the process.</param>
    AsyncBackend Create(string name, IConfigurationSection section, IServiceProvider services);
}
