using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// The HTTP connections to the silos' ports for transfers. Not every caller can reach such a port: one that cannot does not retry for a
/// while, and its bytes go by calls.
/// </summary>
internal sealed class DirectConnections : IDisposable
{
    /// <summary>How long a silo may take for an answer that costs it nothing.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unreachable = new(StringComparer.Ordinal);
    private readonly HttpClient _client;

    internal DirectConnections(ClusterTls? tls) =>
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                // Not by https as a scheme: its options hold one certificate for good, and this one may be renewed.
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
    /// Those of the process, as HttpClient is meant to be used: not encrypted, and never disposed. Idle ones are closed after a minute.
    /// </summary>
    internal static DirectConnections Plain { get; } = new(null);

    public void Dispose() => _client.Dispose();

    /// <summary>Whether the port must not be tried: it is not an address, or could not be reached a while ago.</summary>
    internal bool IsAtRest(DirectOffer offer) =>
        !IPEndPoint.TryParse(offer.EndPoint, out _)
        || (_unreachable.TryGetValue(offer.EndPoint, out var until) && TimeProvider.System.GetUtcNow() < until);

    /// <summary>Whether a failure says that the connection is no good any longer.</summary>
    internal static bool IsCut(Exception failure) =>
        failure is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException or InvalidDataException;

    /// <summary>Asks for the bytes of a download.</summary>
    /// <returns>The answer, which the caller disposes; null when they cannot be had so. Some of them may have been read for it even
    /// then.</returns>
    internal async ValueTask<HttpResponseMessage?> TryGetAsync(DirectOffer offer, CancellationToken cancellationToken)
    {
        using var request = Request(offer);
        return await TryAsync(request, offer, HttpStatusCode.OK, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for a connection that takes the frames of an upload.</summary>
    /// <returns>The answer, whose content is that connection, and which the caller disposes; null when there is none.</returns>
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
