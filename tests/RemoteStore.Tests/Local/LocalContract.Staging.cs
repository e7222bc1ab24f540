namespace RemoteStore.Tests;

public abstract partial class LocalContract
{
    [Fact]
    public async Task Of_many_racing_creators_one_wins()
    {
        const int Threads = 32,
            Rounds = 40;
        var backend = Open(o => o with { Durable = false });
        var winners = new int[Rounds];
        using var barrier = new Barrier(Threads);
        var running = Enumerable
            .Range(0, Threads)
            .Select(thread =>
                Task.Factory.StartNew(
                    () =>
                    {
                        for (var round = 0; round < Rounds; round++)
                        {
                            barrier.SignalAndWait(Token);
                            try
                            {
                                backend.WriteText($"r/{round}", $"{thread}", WriteOptions.CreateOnly);
                                Interlocked.Exchange(ref winners[round], thread + 1);
                            }
                            catch (AlreadyExistsException) { }
                        }
                    },
                    Token,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            )
            .ToArray();
        await Task.WhenAll(running);

        for (var round = 0; round < Rounds; round++)
            Assert.Equal($"{winners[round] - 1}", backend.ReadText($"r/{round}"));
        Assert.Equal(Rounds, OnDisk().Count(n => n.StartsWith("r/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Of_many_racing_commits_and_moves_one_wins()
    {
        var backend = Open(o => o with { Durable = false });
        for (var round = 0; round < 30; round++)
        {
            var target = $"t{round}";
            var calls = Enumerable.Range(0, 8).Select(n => n % 2 == 0 ? CommitOf(target, n) : MoveOf(target, n)).ToArray();
            var won = 0;
            Parallel.ForEach(
                calls,
                new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token },
                call =>
                {
                    try
                    {
                        call();
                        Interlocked.Increment(ref won);
                    }
                    catch (AlreadyExistsException) { }
                }
            );
            Assert.Equal(1, won);
        }

        Action CommitOf(string target, int n)
        {
            using var writer = backend.OpenAtomic(target);
            writer.Write("x"u8);
            var token = writer.Detach();
            return () => backend.CommitStaged(target, token);
        }

        Action MoveOf(string target, int n)
        {
            backend.WriteText($"{target}-{n}", "x");
            return () => backend.Move($"{target}-{n}", target);
        }
    }

    [Fact]
    public void A_detached_write_is_committed_by_another_backend_over_the_same_folder()
    {
        string token;
        using (var writer = Open().OpenAtomic("d/x"))
        {
            writer.Write("staged"u8);
            token = writer.Detach();
        }

        var other = Open();
        Assert.Empty(Names(other, "d"));
        var result = other.CommitStaged("d/x", token);
        Assert.Equal("staged", other.ReadText("d/x"));
        Assert.Equal(other.GetFileInfo("d/x").ETag, result.ETag);
        Assert.Throws<NotFoundException>(() => other.CommitStaged("d/x", token, WriteOptions.Replace));
        other.AbortStaged("d/x", token);
        Assert.Equal(["d", "d/x"], OnDisk());
    }

    [Fact]
    public void A_commit_that_is_refused_can_be_retried()
    {
        var backend = Open();
        using var writer = backend.OpenAtomic("x");
        writer.Write("new"u8);
        var token = writer.Detach();
        backend.WriteText("x", "old");
        Assert.Throws<AlreadyExistsException>(() => backend.CommitStaged("x", token));
        backend.CommitStaged("x", token, WriteOptions.Replace);
        Assert.Equal("new", backend.ReadText("x"));
    }

    [Theory]
    [InlineData("../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("victim")]
    [InlineData(".~tmp.x.0123456789abcde")]
    [InlineData(".~tmp.x.0123456789ABCDEF")]
    [InlineData(".~tmp.x.../../../secret0")]
    [InlineData(".~tmp.y.0123456789abcdef")]
    [InlineData(".~tmp.x.0123456789abcdef/..")]
    [InlineData(".~tmp.x.0123456789abcdef\0")]
    public void A_token_names_nothing_but_a_staged_file_of_its_key(string token)
    {
        File.WriteAllText(Outside("secret"), "secret");
        File.WriteAllText(Outside("secret0"), "secret");
        File.WriteAllText(InRoot("victim"), "victim");
        File.WriteAllText(InRoot(".~tmp.y.0123456789abcdef"), "other's");
        var before = OnDisk();
        var backend = Open();
        Assert.Throws<NotFoundException>(() => backend.CommitStaged("x", token, WriteOptions.Replace));
        backend.AbortStaged("x", token);
        Assert.Equal(before, OnDisk());
        Assert.True(File.Exists(Outside("secret")) && File.Exists(Outside("secret0")));
    }

    [Fact]
    public void A_link_in_the_place_of_a_staged_file_is_not_committed()
    {
        File.WriteAllText(Outside("secret"), "secret");
        File.CreateSymbolicLink(InRoot(".~tmp.x.0123456789abcdef"), Outside("secret"));
        Assert.Throws<NotFoundException>(() => Open().CommitStaged("x", ".~tmp.x.0123456789abcdef"));
    }

    [Fact]
    public void A_source_that_fails_halfway_leaves_nothing()
    {
        var backend = Open();
        backend.WriteText("x", "old");
        Assert.Throws<InvalidOperationException>(() =>
            backend.Write("x", WriteContent.FromStream(new FailingStream(1_000_000)), WriteOptions.Replace)
        );
        Assert.Throws<InvalidOperationException>(() => backend.Write("a/b/new", WriteContent.FromStream(new FailingStream(1_000_000))));
        backend.OpenAtomic("a/b/new").Dispose();
        Assert.Equal(["x"], OnDisk());
        Assert.Equal("old", backend.ReadText("x"));
    }

    [Fact]
    public void A_cancelled_write_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var backend = Open();
        var options = new LocalBackendOptions { Root = Root };
        var async = new InlineDriver(
            new RemoteStore.Local.LocalDriver(
                options,
                Files,
                Clock,
                new RemoteStore.Local.Durability(true, () => { }),
                new RemoteStore.Local.LocalNames(options, RemoteStore.Local.NameProbe.Find, _ => { })
            )
        );
        var content = WriteContent.FromStream(new FailingStream(10_000_000, cancellation.Cancel, at: 1_000_000));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            async.WriteAsync("x", content, null, cancellation.Token).AsTask().GetAwaiter().GetResult()
        );
        Assert.Empty(OnDisk());
        Assert.Empty(Names(backend));
    }

    [Fact]
    public void Stale_leftovers_are_hidden_and_swept()
    {
        var backend = Open();
        Directory.CreateDirectory(InRoot("a/b"));
        foreach (var folder in new[] { "", "a/", "a/b/" })
            File.WriteAllText(InRoot(folder + ".~tmp.x.0123456789abcdef"), "left");
        Assert.Equal(0, backend.CleanUpStaging());
        Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(["a"], Names(backend));
        Assert.Equal(["a", "a/.~tmp.x.0123456789abcdef", "a/b", "a/b/.~tmp.x.0123456789abcdef"], OnDisk());
        Assert.Equal(2, backend.CleanUpStaging());
        Assert.Equal(["a", "a/b"], OnDisk());
    }

    [Fact]
    public void A_sweep_leaves_what_is_being_written()
    {
        var backend = Open();
        using var writer = backend.OpenAtomic("d/x");
        writer.Write("one"u8);
        Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, backend.CleanUpStaging());
        Assert.Equal(0, Open().CleanUpStaging());
        Assert.Throws<FolderNotEmptyException>(() => backend.DeleteFolder("d"));
        writer.Write("two"u8);
        writer.Commit();
        Assert.Equal("onetwo", backend.ReadText("d/x"));
    }

    [Fact]
    public void A_folder_with_stale_leftovers_only_can_be_deleted()
    {
        var backend = Open();
        backend.WriteText("d/x", "x");
        for (var n = 0; n < 1500; n++)
            File.WriteAllText(InRoot($"d/.~tmp.x.{n:x16}"), "");
        Assert.Throws<FolderNotEmptyException>(() => backend.DeleteFolder("d", new DeleteFolderOptions { Recursive = true }));
        Clock.Advance(TimeSpan.FromHours(25));
        backend.DeleteFolder("d");
        Assert.Empty(OnDisk());
    }

    private sealed class InlineDriver(Drivers.StorageDriver driver) : Drivers.AsyncDriverBackend(driver);

    private sealed class FailingStream(int length, Action? action = null, int at = int.MaxValue) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_position >= length)
                throw new InvalidOperationException("The source failed.");
            _position += count;
            if (_position >= at)
                action?.Invoke();
            return count;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
