using Amazon.Runtime;

namespace RemoteStore.S3;

/// <summary>
/// The HTTP client under the SDK's. The SDK lets every upload wait for the service's word before it sends the body. For a small body that
/// costs a round trip, and after a refusal some services (Ceph) and the client disagree on whether the body still comes, so that the next
/// request on the connection is garbled: small bodies go at once. A large one is worth the wait, for a refusal then saves it.
/// </summary>
internal sealed class S3HttpClients : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client = new(new Impatience(new SocketsHttpHandler { AllowAutoRedirect = false }))
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    private sealed class Impatience(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private const long Small = 64 * 1024;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content?.Headers.ContentLength is <= Small)
                request.Headers.ExpectContinue = false;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
