using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// Checks the health of every backend once at the start, so that it detects its capabilities (and logs, for example, that
/// a mount does not support fsync), and logs which stores are not fenced. Later states are reported by the health checks.
/// </summary>
internal sealed partial class StoreProbe(StoreRegistry registry, ISiloStores stores, ILogger<StoreProbe> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var answers = await registry.CheckHealthAsync(cancellationToken: stoppingToken).ConfigureAwait(false);
        foreach (var answer in answers.Where(a => a.IsHealthy))
        {
            if (stores.TryGet(answer.Store, out var store) && !store.IsFenced)
                Report(store);
        }
    }

    private void Report(SiloStore store)
    {
        if (store.RefusesChanges)
            LogRefused(logger, store.Name);
        else
            LogUnfenced(logger, store.Name);
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Serving store {Store} unfenced: its backend accepts late writes of a writer that was frozen and replaced"
    )]
    private static partial void LogUnfenced(ILogger logger, string store);

    [LoggerMessage(
        2,
        LogLevel.Critical,
        "Refusing all changes of store {Store}: its backend is not fenced. Set Unfenced to true to accept that"
    )]
    private static partial void LogRefused(ILogger logger, string store);
}
