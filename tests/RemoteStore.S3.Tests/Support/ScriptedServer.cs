using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RemoteStore.S3.Tests;

/// <summary>One request as it arrived.</summary>
internal sealed record Arrived(string Method, string Path, string Query, IHeaderDictionary Headers, byte[] Body)
{
    internal string? Header(string name) => Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    internal bool Is(string method, string inQuery = "") => Method == method && Query.Contains(inQuery, StringComparison.Ordinal);
}

/// <summary>One answer. Status 0 drops the connection.</summary>
internal sealed record Answer(int Status, string Body = "", params (string Name, string Value)[] Headers)
{
    internal static Answer Ok { get; } = new(200, "", ("ETag", "\"0123456789abcdef0123456789abcdef\""));

    internal static Answer Lost { get; } = new(0);

    /// <summary>Announce more bytes than are sent.</summary>
    internal long Missing { get; init; }

    /// <summary>Send nothing more than the bytes, or nothing at all when there are none, and keep the connection.</summary>
    internal bool FallsSilent { get; init; }

    internal static Answer Error(int status, string code) =>
        new(
            status,
            $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>scripted</Message></Error>",
            ("Content-Type", "application/xml")
        );
}

/// <summary>
/// An HTTP server on loopback that answers by a script: for what the real server cannot do, ignores, or would not do on demand. It knows
/// nothing of S3.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    internal ScriptedServer(Func<Arrived, Answer> script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(context => AnswerAsync(context, script));
        _app.Start();
        Endpoint = new Uri(_app.Urls.First());
    }

    internal Uri Endpoint { get; }

    internal ConcurrentQueue<Arrived> Requests { get; } = new();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal AsyncS3Backend NewBackend(S3ConditionSupport conditions = S3ConditionSupport.Trusted, int retries = 2) =>
        new(NewOptions(conditions, retries));

    internal S3BackendOptions NewOptions(S3ConditionSupport conditions = S3ConditionSupport.Trusted, int retries = 2) =>
        new()
        {
            Bucket = "bucket",
            Endpoint = Endpoint,
            AccessKey = CephServer.AccessKey,
            SecretKey = CephServer.SecretKey,
            Conditions = conditions,
            MaxRetries = retries,
        };

    private async Task AnswerAsync(HttpContext context, Func<Arrived, Answer> script)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = context.Request;
        var arrived = new Arrived(
            request.Method,
            request.Path,
            request.QueryString.Value ?? "",
            new HeaderDictionary(request.Headers.ToDictionary()),
            body.ToArray()
        );
        Requests.Enqueue(arrived);
        await SendAsync(context, script(arrived));
    }

    private static async Task SendAsync(HttpContext context, Answer answer)
    {
        if (answer.Status == 0)
        {
            context.Abort();
            return;
        }

        if (answer is { FallsSilent: true, Body: "" })
            await SilenceAsync(context);
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        var bytes = System.Text.Encoding.UTF8.GetBytes(answer.Body);
        if (answer.Status != StatusCodes.Status204NoContent)
            response.ContentLength = bytes.Length + answer.Missing;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await response.Body.WriteAsync(bytes);
        if (answer.Missing == 0)
            return;
        await response.Body.FlushAsync();
        if (answer.FallsSilent)
            await SilenceAsync(context);
        context.Abort();
    }

    private static Task SilenceAsync(HttpContext context) =>
        Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
}
