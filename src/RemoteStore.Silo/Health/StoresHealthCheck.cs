using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RemoteStore.Silo;

/// <summary>
/// Whether the stores are usable here. One usable store is enough: otherwise a failing store would take the silos away from the clients
/// of the others. If a store fails, the state is degraded and calls of that store fail. The description names it; the data contains for
/// each store <c>ok</c> (with a limitation of the backend such as <c>NotContained</c>), the kind of the error, or <c>Unfenced</c>.
/// </summary>
internal sealed class StoresHealthCheck(StoreStates stores) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var states = await stores.GetAsync(cancellationToken).ConfigureAwait(false);
        var failing = states.Where(s => !StoreStates.IsOk(s.Value)).Select(s => s.Key).ToList();
        if (failing.Count == 0)
            return HealthCheckResult.Healthy(data: states);
        var names = string.Join(", ", failing);
        return failing.Count < states.Count
            ? HealthCheckResult.Degraded(names, data: states)
            : HealthCheckResult.Unhealthy(names, data: states);
    }
}

/// <summary>Whether this silo is an active member of its cluster and not about to stop.</summary>
internal sealed class MembershipHealthCheck(IClusterMembershipService membership, ILocalSiloDetails silo, IHostApplicationLifetime lifetime)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress);
        var isReady = status == SiloStatus.Active && !lifetime.ApplicationStopping.IsCancellationRequested;
        return Task.FromResult(isReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(status.ToString()));
    }
}
