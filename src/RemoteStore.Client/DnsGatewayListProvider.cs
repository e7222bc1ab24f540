using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Orleans.Messaging;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// The gateways by name. Names are looked up again at every refresh, so that a name that represents all silos (a headless service of
/// Kubernetes) follows them as they come and go. One that cannot be reached any longer is left out, and its connection is closed with that:
/// a network that was cut does not close it for many minutes. A silo that is frozen can still be reached: so once a call was not answered,
/// a gateway must answer as one.
/// </summary>
internal sealed class DnsGatewayListProvider(RemoteStoreClientOptions options, ClusterTls? tls) : IGatewayListProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private HashSet<IPEndPoint> _silent = [];
    private long _looked;
    private bool _isKnown;

    public TimeSpan MaxStaleness => options.GatewayRefresh;

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public async Task<IList<Uri>> GetGateways()
    {
        var endPoints = await options.ResolveAsync(CancellationToken.None).ConfigureAwait(false);
        return [.. (await ReachedAsync(endPoints).ConfigureAwait(false)).Select(e => SiloAddress.New(e, 0).ToGatewayUri())];
    }

    /// <summary>Those that can be reached, or all when none can, and at first: then the client itself attempts them.</summary>
    private async ValueTask<IPEndPoint[]> ReachedAsync(IPEndPoint[] endPoints)
    {
        var isDoubtful = TimeoutTracker.AnySince(_looked);
        _looked = TimeoutTracker.Now;
        if (!_isKnown || endPoints.Length < 2)
        {
            _isKnown = true;
            return endPoints;
        }

        var isReached = await Task.WhenAll(endPoints.Select(e => IsReachedAsync(e, isDoubtful || _silent.Contains(e))))
            .ConfigureAwait(false);
        IPEndPoint[] reached = [.. endPoints.Where((_, i) => isReached[i])];
        // These must answer before they are used again.
        _silent = [.. endPoints.Except(reached)];
        return reached.Length > 0 ? reached : endPoints;
    }

    private async Task<bool> IsReachedAsync(IPEndPoint endPoint, bool asGateway)
    {
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            await SiloSocket.ProbeAsync(endPoint, tls, late.Token).ConfigureAwait(false);
            return !asGateway || await ClusterConnection.RespondsAsync(endPoint, options, tls, Patience).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            return false;
        }
    }
}
