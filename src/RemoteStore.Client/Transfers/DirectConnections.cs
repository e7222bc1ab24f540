using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// The HTTP connections of this process to silos that send downloads in one piece. Not every caller can reach that port: one that cannot does not try again
/// for a while, and its bytes come by calls.
/// </summary>
internal static class DirectConnections
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);
    private static readonly ConcurrentDictionary<string, DateTimeOffset> Unreachable = new(StringComparer.Ordinal);

    // Of the process, as HttpClient is meant to be used; idle connections are closed after a minute.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = Patience,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        UseCookies = false,
        UseProxy = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Asks for the bytes.</summary>
    /// <returns>The answer, which the caller disposes; null when they cannot be had so.</returns>
    internal static async ValueTask<HttpResponseMessage?> TryGetAsync(DirectDownload offer, CancellationToken cancellationToken)
    {
        if (Unreachable.TryGetValue(offer.EndPoint, out var until) && TimeProvider.System.GetUtcNow() < until)
            return null;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{offer.EndPoint}/");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", offer.Ticket);
            var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
                return response;
            response.Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Unreachable[offer.EndPoint] = TimeProvider.System.GetUtcNow() + Rest;
        }

        return null;
    }
}
