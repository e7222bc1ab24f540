using Orleans.Messaging;

namespace RemoteStore.Client;

/// <summary>
/// The gateways by name. Names are looked up again at every refresh, so that a name that stands for all silos (a headless service of
/// Kubernetes) follows them as they come and go.
/// </summary>
internal sealed class NamedGateways(RemoteStoreClientOptions options) : IGatewayListProvider
{
    public TimeSpan MaxStaleness => options.GatewayRefresh;

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public async Task<IList<Uri>> GetGateways()
    {
        var endPoints = await options.ResolveAsync(CancellationToken.None).ConfigureAwait(false);
        return [.. endPoints.Select(e => SiloAddress.New(e, 0).ToGatewayUri())];
    }
}
