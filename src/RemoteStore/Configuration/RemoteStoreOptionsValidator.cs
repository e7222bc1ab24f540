using Microsoft.Extensions.Options;

namespace RemoteStore;

/// <summary>Validates the options before they are used; every message starts with the key.</summary>
internal sealed class RemoteStoreOptionsValidator(IEnumerable<IBackendFactory> factories) : IValidateOptions<RemoteStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, RemoteStoreOptions options)
    {
        var faults = options
            .Faults.Concat(options.Backends.SelectMany(b => OfBackend(b.Key, b.Value)))
            .Concat(options.Stores.SelectMany(s => OfStore(s.Key, s.Value, options.Backends)))
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    internal static IBackendFactory? Find(IEnumerable<IBackendFactory> factories, string? type) =>
        factories.LastOrDefault(f => f.Type.Equals(type, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> OfStore(string name, StoreOptions store, IDictionary<string, BackendOptions> backends)
    {
        var path = ConfigurationKeys.Store(name);
        if (!StoreNames.IsValid(name))
            yield return $"{path}: {StoreNames.Rule}";
        if (string.IsNullOrWhiteSpace(store.Backend))
            yield return $"{path}:Backend: must be the name of a backend.";
        else if (!backends.ContainsKey(store.Backend))
            yield return $"{path}:Backend: '{store.Backend}' is not a configured backend. Known: "
                + $"{ConfigurationKeys.Listed(backends.Keys)}.";
        if (store.Root is { } root && RootFault(root) is { } fault)
            yield return $"{path}:Root: {fault}";
    }

    private static string? RootFault(string root) =>
        string.IsNullOrWhiteSpace(root) ? "must not be empty. Omit the key for the whole backend."
        : RemotePath.TryParse(root, out _) ? null
        : "must be a valid path below the backend's root.";

    private static IEnumerable<string> OfResilience(string path, ResilienceOptions? resilience) =>
        resilience?.Validate().Select(f => $"{path}:Resilience:{f.Property}: {f.Fault}") ?? [];

    private IEnumerable<string> OfBackend(string name, BackendOptions backend)
    {
        var path = ConfigurationKeys.Backend(name);
        if (!StoreNames.IsValid(name))
            yield return $"{path}: {StoreNames.Rule}";
        foreach (var fault in OfType(name, backend, path).Concat(OfResilience(path, backend.Resilience)))
            yield return fault;
    }

    private IEnumerable<string> OfType(string name, BackendOptions backend, string path)
    {
        if (string.IsNullOrWhiteSpace(backend.Type))
            return [$"{path}:Type: must be a type of backend. Known: {KnownTypes()}."];
        return Find(factories, backend.Type) is { } factory
            ? factory.Validate(backend.ToSection(name))
            : [$"{path}:Type: '{backend.Type}' is not a known type of backend. Known: {KnownTypes()}."];
    }

    private string KnownTypes() => ConfigurationKeys.Listed(factories.Select(f => f.Type).Distinct(StringComparer.OrdinalIgnoreCase));
}
