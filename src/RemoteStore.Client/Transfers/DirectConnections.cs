using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// The HTTP connections to silos that send downloads in one piece. Not every caller can reach that port: one that cannot does not try again
/// for a while, and its bytes come by calls.
/// </summary>
internal sealed class DirectConnections : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unreachable = new(StringComparer.Ordinal);
    private readonly HttpClient _client;

    internal DirectConnections(ClusterTls? tls) =>
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            // Not by https as a scheme: its options hold one certificate for good, and this one may be renewed.
            ConnectCallback = async (c, t) => await SiloSocket.ConnectAsync(c.DnsEndPoint, tls, t).ConfigureAwait(false),
            ConnectTimeout = Patience,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            UseCookies = false,
            UseProxy = false,
        })
        { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Those of the process, as HttpClient is meant to be used: not encrypted, and never disposed. Idle ones are closed after a minute.</summary>
    internal static DirectConnections Plain { get; } = new(null);

    public void Dispose() => _client.Dispose();

    /// <summary>Whether the port could not be reached a while ago, and is not to be tried.</summary>
    internal bool IsAtRest(DirectDownload offer) => _unreachable.TryGetValue(offer.EndPoint, out var until) && TimeProvider.System.GetUtcNow() < until;

    /// <summary>Asks for the bytes.</summary>
    /// <returns>The answer, which the caller disposes; null when they cannot be had so. Some of them may have been read for it even then.</returns>
    internal async ValueTask<HttpResponseMessage?> TryGetAsync(DirectDownload offer, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{offer.EndPoint}/");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", offer.Ticket);
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
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
