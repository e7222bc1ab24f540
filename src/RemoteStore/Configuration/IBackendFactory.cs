using Microsoft.Extensions.Configuration;

namespace RemoteStore;

/// <summary>
/// Makes backends of one type from configuration. Register it as a singleton service; <see cref="BackendFactory{TOptions}"/> is the easy
/// base. Safe for concurrent callers.
/// </summary>
public interface IBackendFactory
{
    /// <summary>
    /// From where one set of files is reached: silos of several machines need <see cref="BackendScope.Network"/>, the default.
    /// </summary>
    BackendScope Reach => BackendScope.Network;

    /// <summary>The type name in the configuration, for example <c>local</c>; compared without regard to case.</summary>
    string Type { get; }

    /// <summary>What is wrong with the options, one message each, naming the key and never a value that may be secret. No I/O.</summary>
    /// <param name="section">The options of the type.</param>
    IEnumerable<string> Validate(IConfigurationSection section);

    /// <summary>Makes the backend; no I/O. The caller closes it.</summary>
    /// <param name="name">The backend's name, for errors and metrics.</param>
    /// <param name="section">The options of the type; they have been validated.</param>
    /// <param name="services">The services of the process.</param>
    AsyncBackend Create(string name, IConfigurationSection section, IServiceProvider services);
}
