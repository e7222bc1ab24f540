using Microsoft.Extensions.Options;

namespace RemoteStore.Silo;

/// <summary>
/// Stops a silo with <see cref="ClusteringMode.Standalone"/> when another silo joins: its stores may exist only in
/// this process or on this machine, so two owners of one path would not see each other's files.
/// </summary>
internal sealed partial class SingleSiloGuard(
    IClusterMembershipService membership,
    IOptions<SiloSettings> settings,
    IHostApplicationLifetime lifetime,
    ILogger<SingleSiloGuard> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Value.Clustering != ClusteringMode.Standalone)
            return;
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken).ConfigureAwait(false))
        {
            if (snapshot.Members.Values.Count(m => m.Status == SiloStatus.Active) <= 1)
                continue;
            LogUnexpectedSilo(logger);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
            return;
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Critical,
        "Stopping: another silo joined, but RemoteStore:Silo:Clustering is Standalone. "
            + "Use Localhost, Redis or PostgreSql for several silos"
    )]
    private static partial void LogUnexpectedSilo(ILogger logger);
}
