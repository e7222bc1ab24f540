namespace RemoteStore.Tests;

public sealed class SyncBackendAdapterTests
{
    private static readonly TimeSpan s_watchdog = OwnThread.Watchdog;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_run_on_the_adapters_own_threads()
    {
        var pooled = new List<bool>();
        var probe = new ProbeBackend();
        probe.Before = _ => pooled.Add(Thread.CurrentThread.IsThreadPoolThread);
        await using var adapter = new SyncBackendAdapter(probe);

        await adapter.WriteAsync("a", "x"u8.ToArray(), cancellationToken: Token);
        await adapter.ReadBytesAsync("a", cancellationToken: Token);
        Assert.Equal([false, false], pooled);
    }

    [Fact]
    public async Task No_more_calls_run_at_once_than_there_are_threads()
    {
        using var gate = new SemaphoreSlim(0);
        var probe = new ProbeBackend();
        probe.Before = op => Hold(op == "exists", gate);
        await using var adapter = new SyncBackendAdapter(probe, new SyncBackendAdapterOptions { MaxThreads = 3 });

        var calls = Enumerable.Range(0, 20).Select(i => adapter.GetKindAsync($"{i}", Token).AsTask()).ToList();
        gate.Release(20);
        await Task.WhenAll(calls).WaitAsync(s_watchdog, Token);
        Assert.InRange(probe.MaxRunning, 1, 3);
    }

    [Fact]
    public async Task A_single_connection_is_used_by_one_call_at_a_time()
    {
        var probe = new ProbeBackend { DeclaredConcurrency = ConcurrencyModel.SingleConnection };
        await using var adapter = new SyncBackendAdapter(probe);
        Assert.Equal(ConcurrencyModel.ThreadSafe, adapter.Concurrency);

        await Task.WhenAll(
                Enumerable
                    .Range(0, 64)
                    .Select(i =>
                        Task.Run(
                            async () =>
                            {
                                await adapter.WriteAsync($"f{i}", new PatternStream(1000, asynchronous: true), cancellationToken: Token);
                                await adapter.ReadBytesAsync($"f{i}", cancellationToken: Token);
                            },
                            Token
                        )
                    )
            )
            .WaitAsync(s_watchdog, Token);
        Assert.Equal(64, await adapter.ListAsync("", cancellationToken: Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_single_connection_never_sees_two_calls_without_content_at_once()
    {
        var probe = new ProbeBackend { DeclaredConcurrency = ConcurrencyModel.SingleConnection };
        await using var adapter = new SyncBackendAdapter(probe);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () => await adapter.GetKindAsync($"{i}", Token), Token)));
        Assert.Equal(1, probe.MaxRunning);
    }

    [Fact]
    public async Task Hung_calls_delay_neither_the_thread_pool_nor_another_adapter()
    {
        using var gate = new ManualResetEventSlim();
        var probe = new ProbeBackend();
        probe.Before = op => Hold(op == "exists", gate);
        await using var hung = new SyncBackendAdapter(probe, new SyncBackendAdapterOptions { MaxThreads = 64 });
        await using var other = new SyncBackendAdapter(new MemoryBackend());

        var calls = Enumerable.Range(0, 64).Select(_ => hung.GetKindAsync("x", Token).AsTask()).ToList();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(EntryKind.None, await other.GetKindAsync("x", Token));
            await Task.Run(() => { }, Token);
        }

        Assert.DoesNotContain(calls, c => c.IsCompleted);
        gate.Set();
        await Task.WhenAll(calls).WaitAsync(s_watchdog, Token);
    }

    [Fact]
    public async Task Cancelling_a_queued_call_takes_it_back()
    {
        using var gate = new ManualResetEventSlim();
        var operations = new List<string>();
        var probe = new ProbeBackend();
        using var entered = new SemaphoreSlim(0);
        probe.Before = op =>
        {
            lock (operations)
                operations.Add(op);
            entered.Release();
            Hold(op == "exists", gate);
        };
        await using var adapter = new SyncBackendAdapter(probe, new SyncBackendAdapterOptions { MaxThreads = 1 });

        var first = adapter.GetKindAsync("a", Token).AsTask();
        await entered.WaitAsync(Token);
        using var cancel = new CancellationTokenSource();
        var second = adapter.DeleteAsync("a", cancellationToken: cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second).WaitAsync(s_watchdog, Token);
        gate.Set();
        await first;
        await adapter.CheckHealthAsync(Token);
        Assert.Equal(["exists", "check_health"], operations);
    }

    [Fact]
    public async Task Cancelling_a_running_open_returns_at_once_and_its_stream_is_disposed_behind()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new SemaphoreSlim(0);
        var probe = new ProbeBackend();
        probe.Inner.Write("a", "abc"u8.ToArray());
        ProbeStream? stream = null;
        probe.OnRead = inner => stream = new ProbeStream(inner);
        probe.Before = op =>
        {
            entered.Release();
            Hold(op == "read", gate);
        };
        await using var adapter = new SyncBackendAdapter(probe);

        using var cancel = new CancellationTokenSource();
        var open = adapter.ReadAsync("a", cancellationToken: cancel.Token).AsTask();
        await entered.WaitAsync(Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open).WaitAsync(s_watchdog, Token);
        gate.Set();
        await adapter.CloseAsync(Token);
        Assert.Equal(1, stream!.Disposals);
    }

    [Fact]
    public async Task A_cancelled_read_disposes_the_native_stream_once_after_the_read_has_ended()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new SemaphoreSlim(0);
        var probe = new ProbeBackend();
        probe.Inner.Write("a", "abc"u8.ToArray());
        ProbeStream? native = null;
        probe.OnRead = inner =>
            native = new ProbeStream(inner)
            {
                BeforeRead = () =>
                {
                    entered.Release();
                    gate.Wait();
                },
            };
        await using var adapter = new SyncBackendAdapter(probe);

        var stream = await adapter.ReadAsync("a", cancellationToken: Token);
        using var cancel = new CancellationTokenSource();
        var buffer = new byte[10];
        var read = stream.ReadAsync(buffer, cancel.Token).AsTask();
        await entered.WaitAsync(Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read).WaitAsync(s_watchdog, Token);
        await stream.DisposeAsync();
        Assert.Equal(0, native!.Disposals);

        gate.Set();
        await native.Disposed.Task.WaitAsync(s_watchdog, Token);
        await stream.DisposeAsync();
        await adapter.CloseAsync(Token);
        Assert.Equal(1, native.Disposals);
        Assert.False(native.DisposedWhileReading);
        Assert.Equal(new byte[10], buffer);
    }

    [Fact]
    public async Task Open_failures_come_from_the_call()
    {
        await using var adapter = new SyncBackendAdapter(new MemoryBackend());
        await Assert.ThrowsAsync<NotFoundException>(() => adapter.ReadAsync("missing", cancellationToken: Token).AsTask());
    }

    [Fact]
    public async Task Exceptions_cross_verbatim()
    {
        var failure = new InvalidDataException("as it is");
        var probe = new ProbeBackend();
        probe.Before = _ => throw failure;
        var adapter = new SyncBackendAdapter(probe);
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => adapter.CheckHealthAsync(Token).AsTask()));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => adapter.CloseAsync(Token).AsTask()));
    }

    [Fact]
    public async Task Streams_are_seekable_when_the_native_ones_are()
    {
        await using var adapter = new SyncBackendAdapter(new MemoryBackend());
        await adapter.WriteAsync("a", PatternStream.Bytes(5000), cancellationToken: Token);
        await using var stream = await adapter.ReadAsync("a", cancellationToken: Token);

        Assert.True(stream.CanSeek);
        Assert.Equal(5000, stream.Length);
        stream.Seek(-10, SeekOrigin.End);
        Assert.Equal(PatternStream.ByteAt(4990), (byte)(await ReadByteAsync(stream)));
        stream.Position = 7;
        Assert.Equal(PatternStream.ByteAt(7), (byte)(await ReadByteAsync(stream)));
        Assert.Equal(8, stream.Position);
    }

    [Fact]
    public async Task A_large_read_is_one_call_to_the_backend()
    {
        var probe = new ProbeBackend();
        probe.Inner.Write("a", PatternStream.Bytes(600_000));
        ProbeStream? native = null;
        probe.OnRead = inner => native = new ProbeStream(inner);
        await using var adapter = new SyncBackendAdapter(probe);
        await using var stream = await adapter.ReadAsync("a", cancellationToken: Token);
        var buffer = new byte[600_000];
        Assert.Equal(0, native!.Reads);
        Assert.Equal(600_000, await stream.ReadAsync(buffer, Token));
        Assert.Equal(1, native.Reads);
        Assert.Equal(PatternStream.Bytes(600_000), buffer);
    }

    [Fact]
    public async Task Content_is_not_read_before_the_preconditions_hold()
    {
        await using var adapter = new SyncBackendAdapter(new MemoryBackend());
        await adapter.WriteAsync("a", "x"u8.ToArray(), cancellationToken: Token);
        var huge = new PatternStream(long.MaxValue, asynchronous: true);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => adapter.WriteAsync("a", huge, cancellationToken: Token).AsTask());
        await Assert.ThrowsAsync<AlreadyExistsException>(() => adapter.WriteAtomicAsync("a", huge, cancellationToken: Token).AsTask());
        Assert.Equal(0, huge.BytesRead);
    }

    [Fact]
    public async Task What_the_content_throws_arrives_and_an_atomic_target_is_untouched()
    {
        await using var adapter = new SyncBackendAdapter(new MemoryBackend());
        await adapter.WriteAsync("a", "old"u8.ToArray(), cancellationToken: Token);
        var failure = new InvalidDataException("half-way");
        var content = new PatternStream(1 << 20, asynchronous: true) { BeforeRead = p => ThrowIf(p > 300_000, failure) };
        Assert.Same(
            failure,
            await Assert.ThrowsAsync<InvalidDataException>(() =>
                adapter.WriteAtomicAsync("a", content, new WriteOptions { Overwrite = true }, Token).AsTask()
            )
        );
        Assert.Equal("old"u8.ToArray(), await adapter.ReadBytesAsync("a", cancellationToken: Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copying_through_the_adapter_needs_only_one_thread(bool hopsFirst)
    {
        await using var adapter = new SyncBackendAdapter(new MemoryBackend(), new SyncBackendAdapterOptions { MaxThreads = 1 });
        await adapter.WriteAsync("a", PatternStream.Bytes(1_000_000), cancellationToken: Token);
        await using var source = await adapter.ReadAsync("a", cancellationToken: Token);
        Stream content = hopsFirst ? new HoppingStream(source) : source;
        await adapter.WriteAsync("b", content, cancellationToken: Token).AsTask().WaitAsync(s_watchdog, Token);
        Assert.Equal(PatternStream.Bytes(1_000_000), await adapter.ReadBytesAsync("b", cancellationToken: Token));
    }

    [Fact]
    public async Task Slow_senders_on_every_thread_do_not_block_other_calls()
    {
        await using var adapter = new SyncBackendAdapter(new MemoryBackend(), new SyncBackendAdapterOptions { MaxThreads = 2 });
        using var release = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 2).Select(_ => new StalledStream(release.Token)).ToList();
        var writes = senders.Select((s, i) => adapter.WriteAsync($"slow{i}", s, cancellationToken: Token).AsTask()).ToList();
        await Task.WhenAll(senders.Select(s => s.Entered)).WaitAsync(s_watchdog, Token);

        for (var i = 0; i < 50; i++)
            Assert.Equal(EntryKind.None, await adapter.GetKindAsync($"{i}", Token).AsTask().WaitAsync(s_watchdog, Token));
        await release.CancelAsync();
        await Task.WhenAll(writes).WaitAsync(s_watchdog, Token);
    }

    [Fact]
    public async Task A_listing_is_fetched_a_page_at_a_time()
    {
        var yielded = 0;
        var probe = new ProbeBackend { OnList = _ => Endless(() => yielded++, () => { }) };
        await using var adapter = new SyncBackendAdapter(probe);
        var seen = 0;
        await foreach (var entry in adapter.ListAsync("", new ListOptions { PageSize = 10 }, Token))
        {
            if (++seen == 25)
                break;
        }

        Assert.Equal(30, yielded);
    }

    [Fact]
    public async Task An_abandoned_listing_releases_its_source_on_the_adapters_threads()
    {
        bool? pooled = null;
        var probe = new ProbeBackend { OnList = _ => Endless(() => { }, () => pooled = Thread.CurrentThread.IsThreadPoolThread) };
        await using var adapter = new SyncBackendAdapter(probe);
        Assert.Equal(3, await adapter.ListAsync("", cancellationToken: Token).Take(3).CountAsync(Token));
        Assert.False(pooled);
    }

    [Fact]
    public async Task A_listing_that_fails_first_yields_what_came_before()
    {
        var probe = new ProbeBackend { OnList = static _ => Failing() };
        await using var adapter = new SyncBackendAdapter(probe);
        var seen = new List<string>();
        var failure = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
        {
            await foreach (var entry in adapter.ListAsync("", cancellationToken: Token))
                seen.Add(entry.Path);
        });
        Assert.Equal(["a", "b"], seen);
        Assert.Equal("gone", failure.Detail);
    }

    [Fact]
    public async Task An_atomic_writer_commits_detaches_and_aborts()
    {
        await using var adapter = new SyncBackendAdapter(new MemoryBackend());
        await using (var writer = await adapter.OpenAtomicAsync("a", cancellationToken: Token))
            await writer.WriteAsync("lost"u8.ToArray(), Token);
        Assert.Equal(EntryKind.None, await adapter.GetKindAsync("a", Token));

        await using (var writer = await adapter.OpenAtomicAsync("a", cancellationToken: Token))
        {
            await writer.WriteAsync("kept"u8.ToArray(), Token);
            Assert.Equal(4, writer.Position);
            Assert.Equal(4, (await writer.CommitAsync(Token)).Size);
        }

        await Assert.ThrowsAsync<AlreadyExistsException>(() => adapter.OpenAtomicAsync("a", cancellationToken: Token).AsTask());
        await using var detached = await adapter.OpenAtomicAsync("b", cancellationToken: Token);
        await detached.WriteAsync("later"u8.ToArray(), Token);
        var staged = await detached.DetachAsync(Token);
        Assert.Equal(5, (await adapter.CommitStagedAsync("b", staged, cancellationToken: Token)).Size);
        await adapter.AbortStagedAsync("b", staged, Token);
    }

    [Fact]
    public async Task Close_waits_for_calls_and_refuses_new_ones()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new SemaphoreSlim(0);
        var closed = 0;
        var probe = new ProbeBackend();
        probe.Before = op =>
        {
            closed += op == "close" ? 1 : 0;
            entered.Release();
            Hold(op == "exists", gate);
        };
        var adapter = new SyncBackendAdapter(probe);
        var call = adapter.GetKindAsync("a", Token).AsTask();
        await entered.WaitAsync(Token);
        var close = adapter.CloseAsync(Token).AsTask();
        var refused = await Assert.ThrowsAsync<BackendUnavailableException>(() => adapter.GetKindAsync("b", Token).AsTask());
        Assert.False(refused.IsTransient);
        Assert.Equal(0, closed);
        gate.Set();
        await close.WaitAsync(s_watchdog, Token);
        Assert.Equal(EntryKind.None, await call);
        await adapter.CloseAsync(Token);
        Assert.Equal(1, closed);
        Assert.Throws<BackendUnavailableException>(() => adapter.ListAsync("", cancellationToken: Token));
    }

    [Fact]
    public async Task Close_fails_the_callers_of_calls_that_hang_and_closes_the_backend_all_the_same()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new SemaphoreSlim(0);
        var closed = false;
        var probe = new ProbeBackend();
        probe.Before = op =>
        {
            closed |= op == "close";
            entered.Release();
            Hold(op == "exists", gate);
        };
        var adapter = new SyncBackendAdapter(
            probe,
            new SyncBackendAdapterOptions { MaxThreads = 1, DrainTimeout = TimeSpan.FromMilliseconds(100) }
        );
        var running = adapter.GetKindAsync("a", Token).AsTask();
        await entered.WaitAsync(Token);
        var queued = adapter.DeleteAsync("b", cancellationToken: Token).AsTask();
        await adapter.CloseAsync(Token).AsTask().WaitAsync(s_watchdog, Token);
        Assert.True(closed);
        await Assert.ThrowsAsync<BackendUnavailableException>(() => running);
        await Assert.ThrowsAsync<BackendUnavailableException>(() => queued);
        gate.Set();
    }

    [Fact]
    public async Task The_ambient_context_reaches_the_backend()
    {
        var local = new AsyncLocal<string>();
        string? seen = null;
        var probe = new ProbeBackend();
        probe.Before = op => seen = op == "exists" ? local.Value : seen;
        await using var adapter = new SyncBackendAdapter(probe);
        local.Value = "trace";
        await adapter.GetKindAsync("a", Token);
        Assert.Equal("trace", seen);
    }

    private static void Hold(bool condition, ManualResetEventSlim gate)
    {
        if (condition)
            gate.Wait();
    }

    private static void Hold(bool condition, SemaphoreSlim gate)
    {
        if (condition)
            gate.Wait();
    }

    private static void ThrowIf(bool condition, Exception exception)
    {
        if (condition)
            throw exception;
    }

    private static async Task<int> ReadByteAsync(Stream stream)
    {
        var buffer = new byte[1];
        Assert.Equal(1, await stream.ReadAsync(buffer, Token));
        return buffer[0];
    }

    private static IEnumerable<RemoteEntry> Endless(Action yielding, Action released)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                yielding();
                yield return new RemoteFileInfo($"f{i}", i);
            }
        }
        finally
        {
            released();
        }
    }

    private static IEnumerable<RemoteEntry> Failing()
    {
        yield return new RemoteFileInfo("a", 1);
        yield return new RemoteFileInfo("b", 1);
        throw new BackendUnavailableException("gone");
    }
}
