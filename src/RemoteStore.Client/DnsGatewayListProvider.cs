using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Orleans.Messaging;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// The gateways by DNS name. Names are resolved again at every refresh, so that one name for all silos (a headless
/// service of Kubernetes) follows their changes. An unreachable gateway is left out, which also closes its connection:
/// after a network failure the connection itself would stay open for many minutes. A frozen silo is still reachable,
/// so after an unanswered call a gateway must also respond as one.
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

    /// <summary>
    /// The reachable gateways. At first, and when none is reachable, all of them: then the client itself tries to connect.
    /// </summary>
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
        // These must respond before they are used again.
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
