using System.Diagnostics;
using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

public sealed class TelemetryTests : ProcessTest
{
    [Fact]
    public async Task One_trace_goes_from_the_caller_through_the_grain_to_the_backend()
    {
        await using var collector = await TraceCollector.StartAsync(Token);
        string[] settings =
        [
            $"--RemoteStore:Silo:Otlp:Endpoint={collector.Endpoint}",
            "--RemoteStore:Silo:Otlp:Protocol=HttpProtobuf",
            "--RemoteStore:Silo:Otlp:MetricsSeconds=1",
        ];
        var soon = new Dictionary<string, string> { ["OTEL_BSP_SCHEDULE_DELAY"] = "100" };
        await using var silo = await SiloProcess.StartReadyAsync(["--data", Folder, .. settings], soon, Token);
        var options = RemoteStoreClientOptions.For(silo.Gateway);
        options.Tracing = true;
        await using var client = await RemoteStoreClient.ConnectAsync(options, Token);
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("caller");

        string trace;
        using (var root = source.StartActivity("job")!)
        {
            trace = root.TraceId.ToHexString();
            await client.GetStore("main").WriteAsync("a", new byte[10], cancellationToken: Token);
        }

        var seen = new List<ReceivedSpan>();
        var backend = await collector.SpanAsync(seen, s => s.TraceId == trace && s.Name == "store.write", Token);
        var grain = await collector.SpanAsync(seen, s => s.Id == backend.ParentId, Token);
        Assert.Contains("Write", grain.Name, StringComparison.Ordinal);
        Assert.Equal(trace, grain.TraceId);
        Assert.NotEqual("", grain.ParentId);
        await collector.InstrumentAsync("remotestore.operation.duration", Token);
    }
}
