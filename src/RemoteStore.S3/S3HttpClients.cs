using Amazon.Runtime;

namespace RemoteStore.S3;

/// <summary>
/// The HTTP client under the SDK's. The SDK lets every upload wait for the service's word before it sends the body. For a small body that
/// costs a round trip, and after a refusal some services (Ceph) and the client disagree on whether the body still comes, so that the next
/// request on the connection is garbled: small bodies go at once. A large one is worth the wait, for a refusal then saves it. Nor does the
/// SDK apply its time limit to a client that it did not make.
/// </summary>
/// <param name="timeout">How long an answer may take to begin, beyond what the body of the request needs.</param>
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
                // The content of an object is read by the caller, who has a limit of his own; the answer to a HEAD reports its length and
                // has none.
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
