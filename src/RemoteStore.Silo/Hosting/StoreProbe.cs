using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// Asks every backend once at the start, so that it finds out now what it can do (a mount that cannot sync says so in the log), and reports
/// which stores are not fenced. Health checks report the rest.
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

    [LoggerMessage(1, LogLevel.Warning, "The store {Store} is unfenced: its backend lets a writer win that was frozen and replaced.")]
    private static partial void LogUnfenced(ILogger logger, string store);

    [LoggerMessage(
        2,
        LogLevel.Critical,
        "The store {Store} refuses every change: its backend is not fenced, and its setting Unfenced does not allow that."
    )]
    private static partial void LogRefused(ILogger logger, string store);
}
