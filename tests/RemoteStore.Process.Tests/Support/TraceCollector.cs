using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Processes.Tests;

/// <summary>A span as it came over OTLP; ids in lower-case hex, no parent is the empty text.</summary>
internal sealed record ReceivedSpan(string TraceId, string Id, string ParentId, string Name);

/// <summary>Receives OTLP as protobuf over HTTP on a loopback port.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<byte[]> _metrics = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<ReceivedSpan> _spans = Channel.CreateUnbounded<ReceivedSpan>();

    private TraceCollector(WebApplication app) => _app = app;

    internal string Endpoint => _app.Urls.Single();

    internal static async Task<TraceCollector> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new TraceCollector(app);
        app.MapPost("/v1/traces", async context => collector.AddSpans(await BodyAsync(context)));
        app.MapPost("/v1/metrics", async context => collector._metrics.Writer.TryWrite(await BodyAsync(context)));
        await app.StartAsync(cancellationToken);
        return collector;
    }

    /// <summary>Reads spans until one fits.</summary>
    internal async Task<ReceivedSpan> SpanAsync(List<ReceivedSpan> seen, Func<ReceivedSpan, bool> fits, CancellationToken cancellationToken)
    {
        while (!seen.Any(fits))
            seen.Add(await _spans.Reader.ReadAsync(cancellationToken));
        return seen.First(fits);
    }

    /// <summary>Waits until an instrument's name has been sent.</summary>
    internal async Task InstrumentAsync(string name, CancellationToken cancellationToken)
    {
        while ((await _metrics.Reader.ReadAsync(cancellationToken)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(name)) < 0) { }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
        return body.ToArray();
    }

    // ExportTraceServiceRequest.resource_spans (1) / scope_spans (2) / spans (2); in a span: trace_id 1, span_id 2, parent_span_id 4, name
    // 5.
    private void AddSpans(byte[] request)
    {
        foreach (var span in Protobuf.Fields(request, 1).SelectMany(r => Protobuf.Fields(r, 2)).SelectMany(s => Protobuf.Fields(s, 2)))
            _spans.Writer.TryWrite(
                new ReceivedSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Encoding.UTF8.GetString(Protobuf.Fields(span, 5).Single().Span))
            );
    }

    private static string Hex(ReadOnlyMemory<byte> span, int field) =>
        Convert.ToHexStringLower(Protobuf.Fields(span, field).FirstOrDefault().Span);
}

/// <summary>The little of protobuf that is needed to find the length-delimited fields of a message.</summary>
internal static class Protobuf
{
    internal static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var length = (tag & 7) switch
            {
                1 => 8,
                5 => 4,
                2 => (int)Varint(ref message),
                _ => 0,
            };
            if ((tag & 7) == 0)
                Varint(ref message);
            else if (tag >> 3 == (ulong)number)
                found.Add(message[..length]);
            message = message[length..];
        }

        return found;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
