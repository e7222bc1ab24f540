using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RemoteStore.Tests.Layers;

public sealed class TelemetryBackendTests
{
    private const string SecretPath = "salaries/smith";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_have_operation_backend_outcome_duration_and_bytes()
    {
        using var seen = new Measurements("t-metrics");
        var backend = new TelemetryBackend(new AsyncMemoryBackend("t-metrics"));

        await backend.WriteAsync(SecretPath, new byte[5], null, Token);
        await backend.ReadBytesAsync(SecretPath, ReadOptions.At(0, 3), Token);
        await Assert.ThrowsAsync<NotFoundException>(() => backend.DeleteAsync("gone", null, Token).AsTask());
        await backend.ListAsync("", null, Token).CountAsync(Token);

        Assert.Equal(
            ["delete NotFound", "list ok", "read_bytes ok", "write ok"],
            seen.Durations.Select(d => $"{d["operation"]} {d["outcome"]}").Order()
        );
        Assert.All(seen.Seconds, s => Assert.InRange(s, 0, 60));
        Assert.Equal(["read_bytes 3", "write 5"], seen.Bytes.Select(b => $"{b.Tags["operation"]} {b.Value}").Order());
        Assert.DoesNotContain(
            seen.Durations.Concat(seen.Bytes.Select(b => b.Tags)).SelectMany(t => t.Values),
            v => v is string s && s.Contains("smith", StringComparison.Ordinal)
        );
        Assert.All(seen.Durations, d => Assert.Equal(["backend", "operation", "outcome"], d.Keys.Order()));
    }

    [Fact]
    public async Task Bytes_of_a_stream_are_reported_once_when_it_is_disposed()
    {
        using var seen = new Measurements("t-stream");
        var backend = new TelemetryBackend(new AsyncMemoryBackend("t-stream"));
        await backend.WriteAsync("a", new byte[100], null, Token);

        var stream = await backend.ReadAsync("a", null, Token);
        await stream.ReadExactlyAsync(new byte[70], Token);
        Assert.DoesNotContain(seen.Bytes, b => (string?)b.Tags["operation"] == "read");
        await stream.DisposeAsync();
        await stream.DisposeAsync();

        Assert.Equal(70, Assert.Single(seen.Bytes, b => (string?)b.Tags["operation"] == "read").Value);
    }

    [Fact]
    public async Task A_store_counts_the_bytes_of_its_streams_too()
    {
        using var seen = new Measurements("t-store");
        await using var store = new AsyncStore(new AsyncMemoryBackend("t-store"), "root");
        await store.WriteAsync("a", new byte[9], null, Token);
        await using (var stream = await store.ReadAsync("a", null, Token))
            await stream.CopyToAsync(Stream.Null, Token);

        Assert.Equal(9, Assert.Single(seen.Bytes, b => (string?)b.Tags["operation"] == "read").Value);
    }

    [Fact]
    public async Task Spans_are_named_after_the_operation_and_carry_path_and_outcome()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == RemoteStoreDiagnostics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var backend = new TelemetryBackend(new AsyncMemoryBackend("t-spans"));

        await Assert.ThrowsAsync<NotFoundException>(() => backend.ReadBytesAsync(SecretPath, null, Token).AsTask());

        var span = Assert.Single(spans, s => Equals(s.GetTagItem("remotestore.backend"), "t-spans"));
        Assert.Equal("store.read_bytes", span.OperationName);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(SecretPath, span.GetTagItem("remotestore.path"));
        Assert.Equal("NotFound", span.GetTagItem("remotestore.outcome"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Fact]
    public async Task Logs_are_debug_at_entry_and_answer_and_information_on_change()
    {
        var log = new ListLogger<TelemetryBackend>();
        var backend = new TelemetryBackend(new AsyncMemoryBackend(), log);

        await backend.WriteTextAsync("a", "content that is private", null, null, Token);
        await backend.ReadBytesAsync("a", null, Token);
        await Assert.ThrowsAsync<InvalidPathException>(() => backend.DeleteAsync("b\n", null, Token).AsTask());
        await using (var writer = await backend.OpenAtomicAsync("c", null, Token))
        {
            await writer.WriteAsync(new byte[4], Token);
            await writer.CommitAsync(Token);
        }

        Assert.Equal(
            [
                "Debug Started write 'a' on memory",
                "Information Completed write 'a' on memory, 23 bytes",
                "Debug Started read_bytes 'a' on memory",
                "Debug Started delete 'b?' on memory",
                "Debug Answered delete 'b?' on memory: InvalidPath",
                "Debug Started open_atomic 'c' on memory",
                "Debug Started commit 'c' on memory",
                "Information Completed commit 'c' on memory, 4 bytes",
            ],
            log.Entries
        );
    }

    [Fact]
    public async Task A_failure_is_a_warning()
    {
        var log = new ListLogger<TelemetryBackend>();
        var backend = new TelemetryBackend(
            new ScriptedBackend().FailBefore(new PermissionDeniedException("no", "a") { NativeCode = "EACCES" }),
            log
        );

        await Assert.ThrowsAsync<PermissionDeniedException>(() => backend.GetKindAsync("a", Token).AsTask());

        Assert.Equal($"Warning Failed exists 'a' on {backend.Name}: PermissionDenied EACCES", log.Entries.Last());
    }

    [Fact]
    public async Task Logs_alone_leave_measuring_to_the_store()
    {
        using var seen = new Measurements("t-logs");
        var log = new ListLogger<TelemetryBackend>();
        await using var store = new AsyncStore(new TelemetryBackend(new AsyncMemoryBackend("t-logs"), log, TelemetrySignals.Logs));

        await store.WriteAsync("a", new byte[5], null, Token);

        Assert.Single(seen.Durations);
        Assert.Equal(5, Assert.Single(seen.Bytes).Value);
        Assert.Equal(2, log.Entries.Count);
    }

    [Fact]
    public async Task A_callers_cancellation_is_no_warning()
    {
        var log = new ListLogger<TelemetryBackend>();
        var inner = new ScriptedBackend().FailBefore(new OperationCanceledException());
        var backend = new TelemetryBackend(inner, log);

        await Assert.ThrowsAsync<OperationCanceledException>(() => backend.GetKindAsync("a", Token).AsTask());

        Assert.All(log.Entries, e => Assert.StartsWith("Debug", e, StringComparison.Ordinal));
    }

    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();

        internal Measurements(string backend)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == RemoteStoreDiagnostics.Name)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>(
                (_, value, tags, _) =>
                    Add(
                        backend,
                        tags,
                        t =>
                        {
                            Durations.Enqueue(t);
                            Seconds.Enqueue(value);
                        }
                    )
            );
            _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Add(backend, tags, t => Bytes.Enqueue((t, value))));
            _listener.Start();
        }

        internal ConcurrentQueue<Dictionary<string, object?>> Durations { get; } = [];

        internal ConcurrentQueue<double> Seconds { get; } = [];

        internal ConcurrentQueue<(Dictionary<string, object?> Tags, long Value)> Bytes { get; } = [];

        public void Dispose() => _listener.Dispose();

        // Other tests emit at the same time: only this test's backend counts.
        private static void Add(string backend, ReadOnlySpan<KeyValuePair<string, object?>> tags, Action<Dictionary<string, object?>> add)
        {
            var map = new Dictionary<string, object?>(tags.ToArray());
            if (Equals(map.GetValueOrDefault("backend"), backend))
                add(map);
        }
    }
}
