using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>
/// Builds a configured backend with its layers, from the outside: the log, so that it shows what callers see; then read-only; then
/// resilience.
/// </summary>
internal sealed class BackendComposer(
    IReadOnlyList<IBackendFactory> factories,
    IServiceProvider services,
    ILoggerFactory loggers,
    TimeProvider clock
)
{
    internal AsyncBackend Compose(string name, BackendOptions options)
    {
        var factory = RemoteStoreOptionsValidator.Find(factories, options.Type)!;
        var backend = factory.Create(name, options.ToSection(name), services);
        if (options.Resilience is { } resilience)
            backend = new ResilientBackend(backend, resilience, clock, loggers.CreateLogger<ResilientBackend>());
        if (options.ReadOnly)
            backend = new ReadOnlyBackend(backend);
        return new TelemetryBackend(backend, loggers.CreateLogger<TelemetryBackend>(), TelemetrySignals.Logs);
    }
}
