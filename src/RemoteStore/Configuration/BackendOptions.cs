using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;

namespace RemoteStore;

/// <summary>The configuration of one backend.</summary>
public sealed class BackendOptions
{
    /// <summary>
    /// The type of backend, for example <c>memory</c> or <c>local</c>: a registered <see cref="IBackendFactory"/>. Required.
    /// </summary>
    public string? Type { get; set; }

    /// <summary>Whether all changes are rejected (<see cref="ReadOnlyBackend"/>); default false.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Retries, timeouts and limits (<see cref="ResilientBackend"/>); null, the default, for no such layer.</summary>
    public ResilienceOptions? Resilience { get; set; }

    /// <summary>
    /// The options of the type, by configuration key (<c>Root</c>, <c>Retry:Count</c>). May contain credentials in plain text.
    /// </summary>
    [JsonIgnore]
    public IDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The type; never a setting.</summary>
    public override string ToString() => $"{nameof(BackendOptions)}({Type})";

    /// <summary>The settings as a section with its path in the configuration, so that errors name the right key.</summary>
    internal IConfigurationSection ToSection(string name)
    {
        var path = ConfigurationKeys.Backend(name);
        return new ConfigurationBuilder()
            .AddInMemoryCollection(Settings.Select(s => KeyValuePair.Create($"{path}:{s.Key}", s.Value)))
            .Build()
            .GetSection(path);
    }
}
