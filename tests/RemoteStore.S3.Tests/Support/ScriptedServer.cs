using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RemoteStore.S3.Tests;

/// <summary>One request as it arrived.</summary>
internal sealed record Arrived(string Method, string Path, string Query, WebHeaderCollection Headers, byte[] Body)
{
    internal string? Header(string name) => Headers[name];

    internal bool Is(string method, string inQuery = "") => Method == method && Query.Contains(inQuery, StringComparison.Ordinal);
}

/// <summary>One answer. Status 0 drops the connection.</summary>
internal sealed record Answer(int Status, string Body = "", params (string Name, string Value)[] Headers)
{
    internal static Answer Ok { get; } = new(200, "", ("ETag", "\"0123456789abcdef0123456789abcdef\""));

    internal static Answer Lost { get; } = new(0);

    /// <summary>Announce more bytes than are sent.</summary>
    internal int Missing { get; init; }

    internal static Answer Error(int status, string code) =>
        new(status, $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>scripted</Message></Error>", ("Content-Type", "application/xml"));
}

/// <summary>
/// An HTTP listener on loopback that answers by a script: for what the real server cannot do, ignores, or would not do on demand. It knows
/// nothing of S3.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<Arrived, Answer> _script;
    private readonly Task _loop;

    internal ScriptedServer(Func<Arrived, Answer> script)
    {
        _script = script;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Endpoint.AbsoluteUri);
        _listener.Start();
        _loop = ServeAsync();
    }

    internal Uri Endpoint { get; }

    internal ConcurrentQueue<Arrived> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    internal AsyncS3Backend NewBackend(S3Conditions conditions = S3Conditions.Trusted, int retries = 2) => new(NewOptions(conditions, retries));

    internal S3BackendOptions NewOptions(S3Conditions conditions = S3Conditions.Trusted, int retries = 2) => new()
    {
        Bucket = "bucket",
        Endpoint = Endpoint,
        AccessKey = CephServer.AccessKey,
        SecretKey = CephServer.SecretKey,
        Conditions = conditions,
        Retries = retries,
    };

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var url = context.Request.Url!;
            var arrived = new Arrived(context.Request.HttpMethod, url.AbsolutePath, url.Query, (WebHeaderCollection)context.Request.Headers, body.ToArray());
            Requests.Enqueue(arrived);
            await SendAsync(context.Response, _script(arrived), arrived.Method == "HEAD");
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The client has gone.
        }
    }

    private static async Task SendAsync(HttpListenerResponse response, Answer answer, bool isHead)
    {
        if (answer.Status == 0)
        {
            response.Abort();
            return;
        }

        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        var bytes = Encoding.UTF8.GetBytes(answer.Body);
        response.ContentLength64 = isHead && answer.Status >= 400 ? 0 : bytes.Length + answer.Missing;
        if (!isHead)
            await response.OutputStream.WriteAsync(bytes);
        if (answer.Missing > 0)
        {
            await response.OutputStream.FlushAsync();
            response.Abort();
        }
        else
        {
            response.Close();
        }
    }
}
