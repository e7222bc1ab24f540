using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RemoteStore.Silo;

/// <summary>Whether every store's backend answers; the detail names the stores that do not, with the kind of their error.</summary>
internal sealed class StoresHealthCheck(StoreRegistry stores) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answers = await stores.PingAllAsync(TimeSpan.FromSeconds(5), cancellationToken).ConfigureAwait(false);
        var ill = answers.Where(a => a.Error is not null).Select(a => $"{a.Store}: {(a.Error as RemoteStoreException)?.Kind.ToString() ?? a.Error!.GetType().Name}").ToList();
        return ill.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", ill));
    }
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
