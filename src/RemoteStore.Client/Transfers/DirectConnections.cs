using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// The HTTP connections to the silos' transfer ports. A client may not be able to reach such a port: after a failure
/// it does not try the port for a while, and the bytes are sent by calls.
/// </summary>
internal sealed class DirectConnections : IDisposable
{
    /// <summary>The timeout for a response that needs no work of the silo.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unreachable = new(StringComparer.Ordinal);
    private readonly HttpClient _client;

    internal DirectConnections(ClusterTls? tls) =>
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                // The https scheme is not used: its options keep one certificate, and this one may be renewed.
                ConnectCallback = async (c, t) => await SiloSocket.ConnectAsync(c.DnsEndPoint, tls, t).ConfigureAwait(false),
                ConnectTimeout = Patience,
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
                UseCookies = false,
                UseProxy = false,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>
    /// The unencrypted connections, shared by the process as recommended for HttpClient and never disposed. Idle ones
    /// are closed after a minute.
    /// </summary>
    internal static DirectConnections Plain { get; } = new(null);

    public void Dispose() => _client.Dispose();

    /// <summary>Whether the port must not be used: it is not a valid address, or was unreachable recently.</summary>
    internal bool IsAtRest(DirectOffer offer) =>
        !IPEndPoint.TryParse(offer.EndPoint, out _)
        || (_unreachable.TryGetValue(offer.EndPoint, out var until) && TimeProvider.System.GetUtcNow() < until);

    /// <summary>Whether the failure means that the connection is broken.</summary>
    internal static bool IsCut(Exception failure) =>
        failure is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException or InvalidDataException;

    /// <summary>Requests the bytes of a download.</summary>
    /// <returns>The response, which the caller disposes; null when they cannot be fetched this way. Even then the silo
    /// may have read some of them.</returns>
    internal async ValueTask<HttpResponseMessage?> TryGetAsync(DirectOffer offer, CancellationToken cancellationToken)
    {
        using var request = Request(offer);
        return await TryAsync(request, offer, HttpStatusCode.OK, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Requests a connection for the frames of an upload.</summary>
    /// <returns>The response, whose content is that connection and which the caller disposes; null when there is none.</returns>
    internal async ValueTask<HttpResponseMessage?> TryUpgradeAsync(DirectOffer offer, CancellationToken cancellationToken)
    {
        using var request = Request(offer);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue(UploadFrames.Protocol));
        return await TryAsync(request, offer, HttpStatusCode.SwitchingProtocols, cancellationToken).ConfigureAwait(false);
    }

    private static HttpRequestMessage Request(DirectOffer offer) =>
        new(HttpMethod.Get, $"http://{offer.EndPoint}/")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", offer.Ticket) },
        };

    private async ValueTask<HttpResponseMessage?> TryAsync(
        HttpRequestMessage request,
        DirectOffer offer,
        HttpStatusCode wanted,
        CancellationToken cancellationToken
    )
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Patience);
        try
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token).ConfigureAwait(false);
            if (response.StatusCode == wanted)
                return response;
            response.Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            _unreachable[offer.EndPoint] = TimeProvider.System.GetUtcNow() + Rest;
        }

        return null;
    }
}
