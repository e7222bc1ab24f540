using Amazon.Runtime;

namespace RemoteStore.S3;

/// <summary>
/// The HTTP client used by the SDK. With the SDK's own client, every upload waits for the permission of the service before it sends
/// the body. For a small body this costs a round trip, and after a refusal some services (Ceph) and the client disagree whether the
/// body follows, which corrupts the next request on the connection; so small bodies are sent immediately. For a large body the wait is
/// worthwhile, since a refusal then saves the transfer. The SDK also does not apply its timeout to a client that it did not create.
/// </summary>
/// <param name="timeout">How long a response may take to begin, in addition to the time for sending the body.</param>
internal sealed class S3HttpClients(TimeSpan timeout) : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client = new(new Impatience(new SocketsHttpHandler { AllowAutoRedirect = false }, timeout))
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    private sealed class Impatience(HttpMessageHandler inner, TimeSpan timeout) : DelegatingHandler(inner)
    {
        private const long Small = 64 * 1024;
        private const double SlowestBytesPerSecond = 128 * 1024;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var length = request.Content?.Headers.ContentLength ?? 0;
            if (request.Content is not null && length <= Small)
                request.Headers.ExpectContinue = false;
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(timeout + TimeSpan.FromSeconds(length / SlowestBytesPerSecond));
            try
            {
                var response = await base.SendAsync(request, late.Token).ConfigureAwait(false);
                // The caller reads the content of an object with a timeout of its own; the response to a HEAD states a
                // length but has no content.
                if (request.Method != HttpMethod.Head && !IsContent(request, response))
                    await response.Content.LoadIntoBufferAsync(late.Token).ConfigureAwait(false);
                return response;
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The service did not answer in time.", e);
            }
        }

        private static bool IsContent(HttpRequestMessage request, HttpResponseMessage response) =>
            request.Method == HttpMethod.Get
            && response.IsSuccessStatusCode
            && request.RequestUri?.Query is { } query
            && !query.Contains("list-type=", StringComparison.Ordinal)
            && !query.Contains("uploads", StringComparison.Ordinal);
    }
}
