using Microsoft.Extensions.Options;

namespace RemoteStore.Silo;

/// <summary>
/// Cleans up the backends of the stores, at the start and then at intervals. Every silo does it: the work may run
/// concurrently, and the jitter spreads silos that start together.
/// </summary>
internal sealed partial class StoreMaintenance(
    StoreRegistry stores,
    IOptions<SiloSettings> settings,
    TimeProvider clock,
    ILogger<StoreMaintenance> logger
) : BackgroundService
{
    private const double Jitter = 0.1;
    private readonly HashSet<(string Backend, string Outcome)> _reported = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromMinutes(settings.Value.MaintenanceMinutes);
        while (interval > TimeSpan.Zero)
        {
            foreach (var (name, backend) in Backends())
                await MaintainAsync(name, backend, stoppingToken).ConfigureAwait(false);
            await Task.Delay(interval * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1))), clock, stoppingToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Each backend once, however many stores use it; read-only backends are left out.</summary>
    private IEnumerable<(string Name, IMaintainable Backend)> Backends() =>
        stores
            .StoreNames.Select(n => stores.GetAsyncStore(n).Backend)
            .Where(b => b.Capabilities.Supports(Capability.Delete))
            .Select(b => (b.Name, Backend: MaintainableOf(b)))
            .Where(b => b.Backend is not null)
            .DistinctBy(b => b.Backend)
            .Select(b => (b.Name, b.Backend!));

    private static IMaintainable? MaintainableOf(AsyncBackend backend)
    {
        try
        {
            return backend.Unwrap<IMaintainable>();
        }
        catch (CapabilityNotSupportedException)
        {
            return null;
        }
    }

    private async Task MaintainAsync(string name, IMaintainable backend, CancellationToken stoppingToken)
    {
        try
        {
            var settled = await backend.MaintainAsync(stoppingToken).ConfigureAwait(false);
            _reported.RemoveWhere(t => t.Backend == name);
            if (settled > 0)
                LogSettled(logger, name, settled);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            var outcome = e is RemoteStoreException known ? known.Kind.ToString() : e.GetType().Name;
            if (_reported.Add((name, outcome)))
                LogFailed(logger, name, outcome);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Recovered {Count} interrupted operations of {Backend}")]
    private static partial void LogSettled(ILogger logger, string backend, int count);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Failed maintenance of {Backend} ({Outcome}); it is retried, and further failures are not logged until it succeeds"
    )]
    private static partial void LogFailed(ILogger logger, string backend, string outcome);
}
