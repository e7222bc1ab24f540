namespace RemoteStore.Tests;

public sealed class AsyncBackendSyncAdapterTests
{
    [Fact]
    public void Each_operation_reaches_the_backend()
    {
        OwnThread.Run(() =>
        {
            using var adapter = new AsyncBackendSyncAdapter(Yielding());
            adapter.Write("a", "one"u8.ToArray());
            Assert.True(adapter.IsFile("a"));
            Assert.Equal("one", adapter.ReadText("a"));
            adapter.Copy("a", "d/b");
            adapter.Move("a", "c");
            Assert.Equal(["c", "d"], adapter.List("").Select(e => e.Path));
            Assert.Equal(3, adapter.GetFolderInfo("d").TotalSize);
            adapter.Delete("c");
            adapter.DeleteFolder("d", new DeleteFolderOptions { Recursive = true });
            Assert.Empty(adapter.ListPage("").Entries);
            adapter.CheckHealth();
        });
    }

    [Fact]
    public void Streams_are_forward_only_and_the_capability_says_so()
    {
        OwnThread.Run(() =>
        {
            using var adapter = new AsyncBackendSyncAdapter(new AsyncMemoryBackend());
            Assert.False(adapter.Capabilities.Supports(Capability.SeekableRead));
            Assert.Equal(adapter.Inner.Capabilities, adapter.Capabilities.With(Capability.SeekableRead));
            adapter.Write("a", PatternStream.Bytes(1000));
            using var stream = adapter.Read("a");
            Assert.False(stream.CanSeek);
            Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
            Assert.Throws<NotSupportedException>(() => stream.Position = 3);
        });
    }

    [Fact]
    public void Random_access_works_by_ranges()
    {
        OwnThread.Run(() =>
        {
            using var adapter = new AsyncBackendSyncAdapter(Yielding());
            adapter.Write("a", PatternStream.Bytes(100_000));
            using var stream = adapter.ReadSeekable("a");
            Assert.True(stream.CanSeek);
            stream.Seek(-3, SeekOrigin.End);
            Assert.Equal(PatternStream.ByteAt(99_997), stream.ReadByte());
            stream.Position = 5;
            Assert.Equal(PatternStream.ByteAt(5), stream.ReadByte());
        });
    }

    [Fact]
    public void Reads_pull_what_is_asked_for_and_nothing_ahead()
    {
        OwnThread.Run(() =>
        {
            ProbeStream? native = null;
            var probe = new AsyncProbeBackend { OnRead = inner => native = new ProbeStream(inner) };
            using var adapter = new AsyncBackendSyncAdapter(probe);
            adapter.Write("a", PatternStream.Bytes(1000));
            using (var stream = adapter.Read("a"))
            {
                Assert.Equal(0, native!.Reads);
                Assert.Equal(10, stream.Read(new byte[10]));
                Assert.Equal(1, native.Reads);
                Assert.Equal(10, stream.Position);
            }

            Assert.Equal(1, native.Disposals);
        });
    }

    [Fact]
    public void A_stream_that_failed_keeps_failing_and_a_closed_one_says_so()
    {
        OwnThread.Run(() =>
        {
            var failure = new BackendUnavailableException("dropped");
            var probe = new AsyncProbeBackend
            {
                OnRead = inner => new ProbeStream(inner) { BeforeReadAsync = _ => Task.FromException(failure) },
            };
            using var adapter = new AsyncBackendSyncAdapter(probe);
            adapter.Write("a", "x"u8.ToArray());
            var stream = adapter.Read("a");
            Assert.Same(failure, Assert.Throws<BackendUnavailableException>(() => stream.ReadByte()));
            Assert.Same(failure, Assert.Throws<BackendUnavailableException>(() => stream.ReadByte()));
            stream.Dispose();
            Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        });
    }

    [Fact]
    public void Open_failures_come_from_the_call_and_cross_verbatim()
    {
        OwnThread.Run(() =>
        {
            using var adapter = new AsyncBackendSyncAdapter(Yielding());
            Assert.Equal("missing", Assert.Throws<NotFoundException>(() => adapter.Read("missing")).Path);
            var failure = new InvalidDataException("as it is");
            var probe = new AsyncProbeBackend { Before = async (_, _) => await Fail(failure) };
            using var failing = new AsyncBackendSyncAdapter(probe);
            Assert.Same(failure, Assert.Throws<InvalidDataException>(failing.CheckHealth));
            probe.Before = (_, _) => throw failure;
            Assert.Same(failure, Assert.Throws<InvalidDataException>(failing.CheckHealth));
        });
    }

    [Fact]
    public void Content_is_read_by_the_calling_thread_alone()
    {
        OwnThread.Run(() =>
        {
            using var adapter = new AsyncBackendSyncAdapter(Yielding());
            var content = new PatternStream(1_000_000);
            adapter.Write("a", content);
            Assert.Equal([Environment.CurrentManagedThreadId], content.Threads);
            Assert.Equal(PatternStream.Bytes(1_000_000), adapter.ReadBytes("a"));
        });
    }

    [Fact]
    public void Content_is_not_read_before_the_preconditions_hold()
    {
        OwnThread.Run(() =>
        {
            using var adapter = new AsyncBackendSyncAdapter(Yielding());
            adapter.Write("a", "x"u8.ToArray());
            var huge = new PatternStream(long.MaxValue);
            Assert.Throws<AlreadyExistsException>(() => adapter.Write("a", huge));
            Assert.Throws<AlreadyExistsException>(() => adapter.WriteAtomic("a", huge));
            Assert.Throws<AlreadyExistsException>(() => adapter.OpenAtomic("a"));
            Assert.Equal(0, huge.BytesRead);
        });
    }

    [Fact]
    public void What_the_content_throws_arrives_even_where_the_backend_wraps_it()
    {
        OwnThread.Run(() =>
        {
            var probe = Yielding();
            using var adapter = new AsyncBackendSyncAdapter(probe);
            adapter.Write("a", "old"u8.ToArray());
            var failure = new InvalidDataException("half-way");
            PatternStream Content() => new(1 << 20) { BeforeRead = p => ThrowIf(p > 300_000, failure) };
            var overwrite = new WriteOptions { Overwrite = true };
            Assert.Same(failure, Assert.Throws<InvalidDataException>(() => adapter.WriteAtomic("a", Content(), overwrite)));
            Assert.Equal("old", adapter.ReadText("a"));
            probe.OnContent = content => new WrappingStream(content.Stream!);
            Assert.Same(failure, Assert.Throws<InvalidDataException>(() => adapter.WriteAtomic("a", Content(), overwrite)));
        });
    }

    [Fact]
    public void Content_may_be_a_stream_of_the_same_adapter()
    {
        OwnThread.Run(() =>
        {
            var probe = new AsyncProbeBackend
            {
                DeclaredConcurrency = ConcurrencyModel.SingleConnection,
                Before = async (_, _) => await Task.Yield(),
            };
            using var adapter = new AsyncBackendSyncAdapter(probe);
            adapter.Write("a", PatternStream.Bytes(500_000));
            using var source = adapter.Read("a");
            adapter.Write("b", source);
            Assert.Equal(PatternStream.Bytes(500_000), adapter.ReadBytes("b"));
        });
    }

    [Fact]
    public void A_single_connection_is_used_by_one_call_at_a_time()
    {
        var probe = new AsyncProbeBackend
        {
            DeclaredConcurrency = ConcurrencyModel.SingleConnection,
            Before = async (_, _) => await Task.Yield(),
        };
        using var adapter = new AsyncBackendSyncAdapter(probe);
        var threads = Enumerable
            .Range(0, 8)
            .Select(i =>
                OwnThread.Start(() =>
                {
                    for (var n = 0; n < 50; n++)
                        adapter.GetKind($"{i}");
                })
            );
        OwnThread.Run(() => Task.WaitAll([.. threads]));
        Assert.Equal(1, probe.MaxRunning);
    }

    [Fact]
    public void A_listing_is_pulled_one_entry_at_a_time_and_released_when_abandoned()
    {
        OwnThread.Run(() =>
        {
            var (pulled, released) = (0, false);
            var probe = new AsyncProbeBackend { OnList = _ => Endless(() => pulled++, () => released = true) };
            using var adapter = new AsyncBackendSyncAdapter(probe);
            Assert.Equal(3, adapter.List("").Take(3).Count());
            Assert.Equal(3, pulled);
            Assert.True(released);
        });
    }

    [Fact]
    public void A_listing_that_failed_is_over()
    {
        OwnThread.Run(() =>
        {
            var failure = new BackendUnavailableException("dropped");
            var probe = new AsyncProbeBackend { OnList = _ => Endless(() => throw failure, () => { }) };
            using var adapter = new AsyncBackendSyncAdapter(probe);
            using var listing = adapter.List("").GetEnumerator();
            Assert.Same(failure, Assert.Throws<BackendUnavailableException>(() => listing.MoveNext()));
            Assert.False(listing.MoveNext());
        });
    }

    [Fact]
    public void An_atomic_writer_commits_detaches_and_aborts()
    {
        OwnThread.Run(() =>
        {
            using var adapter = new AsyncBackendSyncAdapter(Yielding());
            using (var writer = adapter.OpenAtomic("a"))
                writer.Write("lost"u8);
            Assert.False(adapter.Exists("a"));

            using (var writer = adapter.OpenAtomic("a"))
            {
                writer.Write("kept"u8);
                Assert.Equal(4, writer.Position);
                Assert.Equal(4, writer.Commit().Size);
            }

            using var detached = adapter.OpenAtomic("b");
            detached.Write("later"u8);
            var token = detached.Detach();
            Assert.Equal(5, adapter.CommitStaged("b", token).Size);
            adapter.AbortStaged("b", token);
        });
    }

    [Fact]
    public void Native_handles_stay_with_asynchronous_code()
    {
        using var adapter = new AsyncBackendSyncAdapter(new AsyncProbeBackend());
        Assert.Same(adapter.Inner, adapter.Unwrap<AsyncProbeBackend>());
        Assert.Same(adapter, adapter.Unwrap<AsyncBackendSyncAdapter>());
        Assert.Throws<CapabilityNotSupportedException>(adapter.Unwrap<AsyncMemoryBackend>);
    }

    [Fact]
    public void Captured_contexts_lead_to_the_private_loop()
    {
        OwnThread.Run(() =>
        {
            var (threads, refused) = (new List<int>(), default(Exception));
            AsyncBackendSyncAdapter? adapter = null;
            var probe = new AsyncProbeBackend
            {
                Before = async (op, _) =>
                {
                    if (op != "check_health")
                        return;
                    for (var i = 0; i < 3; i++)
                    {
                        await Task.Yield();
                        threads.Add(Environment.CurrentManagedThreadId);
                    }

                    refused = Record.Exception(() => adapter!.GetKind("a"));
                },
            };
            using (adapter = new AsyncBackendSyncAdapter(probe))
            {
                adapter.CheckHealth();
                Assert.Single(threads.Distinct());
                Assert.NotEqual(Environment.CurrentManagedThreadId, threads[0]);
                Assert.Contains("AsyncStore", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
            }
        });
    }

    private static AsyncProbeBackend Yielding() => new() { Before = static async (_, _) => await Task.Yield() };

    private static async Task Fail(Exception failure)
    {
        await Task.Yield();
        throw failure;
    }

    private static void ThrowIf(bool condition, Exception exception)
    {
        if (condition)
            throw exception;
    }

    private static async IAsyncEnumerable<RemoteEntry> Endless(Action pulling, Action released)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                await Task.Yield();
                pulling();
                yield return new RemoteFileInfo($"f{i}", i);
            }
        }
        finally
        {
            released();
        }
    }

    private sealed class WrappingStream(Stream inner) : ReadOnlyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await Task.Yield();
                return await inner.ReadAsync(buffer, cancellationToken);
            }
            catch (InvalidDataException e)
            {
                throw new RemoteStoreException("wrapped", inner: e);
            }
        }
    }
}
