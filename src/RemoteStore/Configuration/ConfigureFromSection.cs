using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace RemoteStore;

/// <summary>Reads the section <c>RemoteStore</c> into the options.</summary>
internal sealed class ConfigureFromSection(IConfiguration configuration) : IConfigureOptions<RemoteStoreOptions>
{
    private static readonly string[] Own =
    [
        nameof(BackendOptions.Type),
        nameof(BackendOptions.ReadOnly),
        nameof(BackendOptions.Resilience),
    ];

    public void Configure(RemoteStoreOptions options)
    {
        var root = configuration is IConfigurationSection { Key: RemoteStoreOptions.SectionName } section
            ? section
            : configuration.GetSection(RemoteStoreOptions.SectionName);
        foreach (var child in root.GetChildren())
            ReadGroup(options, child);
    }

    private static void ReadGroup(RemoteStoreOptions options, IConfigurationSection group)
    {
        if (IsNamed(group, nameof(options.Backends)))
        {
            foreach (var child in group.GetChildren())
                options.Backends[child.Key] = ReadBackend(options, child);
        }
        else if (IsNamed(group, nameof(options.Stores)))
        {
            foreach (var child in group.GetChildren())
                options.Stores[child.Key] = ReadStore(options, child);
        }
        else if (Misspelt(group.Key) is { } meant)
        {
            options.Faults.Add($"{group.Path}: unknown key. Did you mean '{meant}'?");
        }
    }

    // Other parts of the product keep their own keys next to these two, so only a near miss is an error.
    private static string? Misspelt(string key) =>
        new[] { nameof(RemoteStoreOptions.Backends), nameof(RemoteStoreOptions.Stores) }.FirstOrDefault(k =>
            ConfigurationKeys.IsNear(key, k)
        );

    private static StoreOptions ReadStore(RemoteStoreOptions options, IConfigurationSection section)
    {
        var reader = new OptionsReader();
        var store = reader.Read<StoreOptions>(section);
        options.Faults.AddRange(reader.Faults);
        if (section.GetChildren().Any(c => IsNamed(c, nameof(StoreOptions.Root))))
            store.Root ??= "";
        return store;
    }

    private static BackendOptions ReadBackend(RemoteStoreOptions options, IConfigurationSection section)
    {
        var backend = new BackendOptions
        {
            Type = section[nameof(BackendOptions.Type)],
            ReadOnly = ReadFlag(options, section.GetSection(nameof(BackendOptions.ReadOnly))),
        };
        foreach (var child in section.GetChildren())
        {
            if (IsNamed(child, nameof(BackendOptions.Resilience)))
                backend.Resilience = ReadResilience(options, child);
            else if (!Own.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                Flatten(child, child.Key, backend.Settings);
        }

        return backend;
    }

    // An empty object has no value of its own: it means the defaults.
    private static ResilienceOptions? ReadResilience(RemoteStoreOptions options, IConfigurationSection section)
    {
        if (!string.IsNullOrEmpty(section.Value))
            return ReadFlag(options, section) ? new ResilienceOptions() : null;
        var reader = new OptionsReader();
        var resilience = reader.Read<ResilienceOptions>(section);
        options.Faults.AddRange(reader.Faults);
        return resilience;
    }

    private static bool ReadFlag(RemoteStoreOptions options, IConfigurationSection section)
    {
        if (section.Value is null || bool.TryParse(section.Value, out _))
            return section.Value is not null && bool.Parse(section.Value);
        options.Faults.Add($"{section.Path}: must be true or false.");
        return false;
    }

    private static void Flatten(IConfigurationSection section, string key, IDictionary<string, string?> settings)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
            settings[key] = section.Value;
        foreach (var child in children)
            Flatten(child, $"{key}:{child.Key}", settings);
    }

    private static bool IsNamed(IConfigurationSection section, string name) => section.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
