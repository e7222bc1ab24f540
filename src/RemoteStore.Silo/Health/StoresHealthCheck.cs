using Microsoft.Extensions.Diagnostics.HealthChecks;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// Whether every store's backend answers and may be changed; the detail names those that do not, the data holds <c>ok</c>, the kind of the error or
/// <c>Unfenced</c> for each.
/// </summary>
internal sealed class StoresHealthCheck(StoreRegistry registry, ISiloStores stores) : IHealthCheck
{
    private const string Ok = "ok";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answers = await registry.PingAllAsync(TimeSpan.FromSeconds(HealthPaths.StoreSeconds), cancellationToken).ConfigureAwait(false);
        var states = answers.ToDictionary(a => a.Store, object (a) => StateOf(a), StringComparer.Ordinal);
        var ill = answers.Select(a => a.Store).Where(s => states[s] is not Ok).ToList();
        return ill.Count == 0 ? HealthCheckResult.Healthy(data: states) : HealthCheckResult.Unhealthy(string.Join(", ", ill), data: states);
    }

    private string StateOf(StoreHealth answer) => answer.Error switch
    {
        null => stores.TryGet(answer.Store, out var store) && store.RefusesChanges ? nameof(SiloStoreSettings.Unfenced) : Ok,
        RemoteStoreException known => known.Kind.ToString(),
        var error => error.GetType().Name,
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
