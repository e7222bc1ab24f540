using System.Collections.Concurrent;
using System.Net;
using Azure.Core.Pipeline;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>Answers at the HTTP level, for what Azurite cannot do: each request gets the next answer, or the one its rule makes.</summary>
internal sealed class ScriptedService : HttpMessageHandler
{
    private readonly Queue<Func<HttpRequestMessage, HttpResponseMessage>> _answers = new();

    public ConcurrentQueue<HttpRequestMessage> Requests { get; } = new();

    public string Log =>
        string.Join(", ", Requests.Select(r => $"{r.Method} {r.RequestUri!.Host.Split('.')[1]} {r.RequestUri.AbsolutePath}"));

    public ScriptedService Then(
        HttpStatusCode status,
        string? code = null,
        string body = "",
        params (string Name, string Value)[] headers
    ) => Then(_ => Answer(status, code, body, headers));

    public ScriptedService Then(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    /// <summary>A file as HEAD and GET report it.</summary>
    public ScriptedService ThenFile(string etag = "\"0x1\"", string body = "", params (string Name, string Value)[] headers) =>
        Then(HttpStatusCode.OK, null, body, [("ETag", etag), ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT"), .. headers]);

    public ScriptedService ThenFolder() => ThenFile("\"0xd\"", "", ("x-ms-meta-hdi_isfolder", "true"));

    public AsyncAzureBackend Open(bool hierarchical = false, Action<AzureBackendOptions>? change = null, TimeProvider? clock = null)
    {
        var options = new AzureBackendOptions
        {
            AccountName = "acc",
            AccountKey = Convert.ToBase64String(new byte[64]),
            Container = "files",
            HierarchicalNamespace = hierarchical,
            ConfigureClient = c => c.Transport = new HttpClientTransport(this),
        };
        change?.Invoke(options);
        return new AsyncAzureBackend(options, clock ?? TimeProvider.System);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        await Task.Yield();
        Assert.True(_answers.Count > 0, $"No answer is left for {request.Method} {request.RequestUri}");
        return _answers.Dequeue()(request);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static HttpResponseMessage Answer(HttpStatusCode status, string? code, string body, (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(body) };
        answer.Content.Headers.ContentLength = System.Text.Encoding.UTF8.GetByteCount(body);
        if (code is not null)
            answer.Headers.Add("x-ms-error-code", code);
        foreach (var (name, value) in headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, value))
            {
                answer.Content.Headers.Remove(name);
                answer.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return answer;
    }
}
