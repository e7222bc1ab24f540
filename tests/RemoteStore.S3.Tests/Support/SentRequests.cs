using System.Collections.Concurrent;
using System.Diagnostics;

namespace RemoteStore.S3.Tests;

/// <summary>Counts what really goes over the wire to one bucket, retries and presigned requests included.</summary>
internal sealed class SentRequests : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _bucket;
    private readonly ConcurrentQueue<string> _sent = new();
    private readonly ConcurrentBag<IDisposable> _subscriptions = [];

    internal SentRequests(string bucket)
    {
        _bucket = $"/{bucket}/";
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public void Dispose()
    {
        while (_subscriptions.TryTake(out var subscription))
            subscription.Dispose();
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "HttpHandlerDiagnosticListener")
            _subscriptions.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (
            value.Key != "System.Net.Http.HttpRequestOut.Start"
            || value.Value?.GetType().GetProperty("Request")?.GetValue(value.Value)
                is not HttpRequestMessage { RequestUri: { } uri } request
        )
            return;
        if ((uri.AbsolutePath + "/").StartsWith(_bucket, StringComparison.Ordinal))
            _sent.Enqueue(request.Method.Method);
    }

    /// <summary>The methods since the last call, in order.</summary>
    internal string Take()
    {
        var methods = new List<string>();
        while (_sent.TryDequeue(out var method))
            methods.Add(method);
        return string.Join(' ', methods);
    }
}
