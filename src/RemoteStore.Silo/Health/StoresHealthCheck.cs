using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RemoteStore.Silo;

/// <summary>Whether every store's backend answers; the detail names those that do not, the data holds <c>ok</c> or the kind of the error for each.</summary>
internal sealed class StoresHealthCheck(StoreRegistry stores) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answers = await stores.PingAllAsync(TimeSpan.FromSeconds(HealthPaths.StoreSeconds), cancellationToken).ConfigureAwait(false);
        var states = answers.ToDictionary(a => a.Store, object (a) => StateOf(a.Error), StringComparer.Ordinal);
        return answers.All(a => a.IsHealthy)
            ? HealthCheckResult.Healthy(data: states)
            : HealthCheckResult.Unhealthy(string.Join(", ", answers.Where(a => !a.IsHealthy).Select(a => a.Store)), data: states);
    }

    private static string StateOf(Exception? error) => error switch
    {
        null => "ok",
        RemoteStoreException known => known.Kind.ToString(),
        _ => error.GetType().Name,
    };
}

/// <summary>Whether this silo is an active member of its cluster and is not about to stop.</summary>
internal sealed class MembershipHealthCheck(IClusterMembershipService membership, ILocalSiloDetails silo, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress);
        var isReady = status == SiloStatus.Active && !lifetime.ApplicationStopping.IsCancellationRequested;
        return Task.FromResult(isReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(status.ToString()));
    }
}
