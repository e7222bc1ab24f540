using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Request = Azure.Core.Request;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>Writes down every request, and can hold or break one on its way.</summary>
public sealed class RequestLog : HttpPipelinePolicy
{
    private readonly ConcurrentQueue<string> _requests = new();

    /// <summary>Runs before a request is sent; may wait, or throw.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>Runs after the answer has come; may throw, as a connection does that breaks too late.</summary>
    public Action<string>? After { get; set; }

    public IReadOnlyCollection<string> Requests => _requests;

    public string Text => string.Join(", ", _requests);

    public void Clear() => _requests.Clear();

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The backend is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var name = NameOf(message.Request);
        _requests.Enqueue(name);
        if (Before is { } before)
            await before(name);
        await ProcessNextAsync(message, pipeline);
        After?.Invoke(name);
    }

    private static string NameOf(Request request)
    {
        var query = System.Web.HttpUtility.ParseQueryString(request.Uri.Query ?? "");
        var kind = query["comp"] ?? (request.Headers.TryGetValue("x-ms-copy-source", out _) ? "copy" : null);
        return kind is null ? request.Method.Method : $"{request.Method.Method} {kind}";
    }
}
