using System.Globalization;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

public sealed class HotFileTests(ClusterFixture cluster)
{
    private static readonly SiloStoreOptions AlwaysHot = new() { HotReads = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hot_path_is_read_in_every_silo()
    {
        var name = await StoreAsync("text");
        for (var i = 0; i < cluster.Clients.Count; i++)
        {
            Assert.Equal("text", await cluster.Open(name, i).ReadTextAsync("f", cancellationToken: Token));
            Assert.Equal(i, ReaderCalls.Count(name));
            Assert.Equal("text", await cluster.Open(name, i).ReadTextAsync("f", cancellationToken: Token));
            Assert.Equal(i + 1, ReaderCalls.Count(name));
        }

        Assert.Equal(cluster.Clients.Count, ReaderCalls.Silos(name));
    }

    [Fact]
    public async Task A_read_never_gives_less_than_was_acknowledged_before_it_began()
    {
        const int Writes = 300;
        const int Readers = 24; // eight of each client, in another silo each
        var name = await StoreAsync("0");
        var acknowledged = 0;
        var readers = Enumerable.Range(0, Readers).Select(i => Task.Run(() => FollowAsync(cluster.Open(name, i)), Token)).ToArray();
        for (var i = 1; i <= Writes; i++)
        {
            await cluster.Open(name, i).WriteTextAsync("f", Text(i), WriteOptions.Replace, cancellationToken: Token);
            Volatile.Write(ref acknowledged, i);
            if (i % 50 == 0)
                Assert.Equal(Text(i), await cluster.Open(name, i).ReadTextAsync("f", cancellationToken: Token));
        }

        await Task.WhenAll(readers);
        Assert.Equal(cluster.Clients.Count, ReaderCalls.Silos(name));
        Assert.InRange(ReaderCalls.Count(name), Writes / 3, int.MaxValue);

        async Task FollowAsync(AsyncStore store)
        {
            for (var last = 0; last < Writes; )
            {
                var floor = Math.Max(last, Volatile.Read(ref acknowledged));
                last = int.Parse(await store.ReadTextAsync("f", cancellationToken: Token), CultureInfo.InvariantCulture);
                Assert.InRange(last, floor, Writes);
            }
        }
    }

    [Fact]
    public async Task Reads_of_one_process_share_a_call_but_none_that_began_before_them()
    {
        var name = await StoreAsync("old");
        var store = cluster.Open(name, 1);
        await ReadAsync(store);
        await ReadAsync(store);
        var gate = ReaderCalls.Hold(name);
        var before = ReaderCalls.Count(name);
        var early = ReadAsync(store);
        await gate.Reached;
        await cluster.Open(name).WriteTextAsync("f", "new", WriteOptions.Replace, cancellationToken: Token);
        var late = Enumerable.Range(0, 50).Select(_ => ReadAsync(store)).ToArray();
        gate.Open();
        Assert.All(await Task.WhenAll(late), t => Assert.Equal("new", t));
        await early;
        Assert.Equal(before + 2, ReaderCalls.Count(name));
    }

    [Fact]
    public async Task A_read_that_waits_for_others_can_be_cancelled()
    {
        var name = await StoreAsync("text");
        var store = cluster.Open(name, 1);
        await ReadAsync(store);
        var gate = ReaderCalls.Hold(name);
        using var cancellation = new CancellationTokenSource();
        var cancelled = store.ReadTextAsync("f", cancellationToken: cancellation.Token);
        await gate.Reached;
        var other = ReadAsync(store);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Open();
        Assert.Equal("text", await other);
    }

    [Fact]
    public async Task A_known_version_is_confirmed_without_bytes_unless_others_write()
    {
        foreach (var shared in new[] { false, true })
        {
            var name = await StoreAsync("text", AlwaysHot with { ExternalWriters = shared });
            var etag = (await cluster.Open(name).GetFileInfoAsync("f", Token)).ETag;
            var client = cluster.Clients[0].Cluster;
            var request = new ReadRequest { IfNoneMatch = etag };
            foreach (
                var reply in new[]
                {
                    await client.GetGrain<IPathGrain>(GrainKeys.Path(name, "f")).Read(request, Token),
                    await client.GetGrain<IReaderGrain>(GrainKeys.Reader(0, name, "f")).Read(request, Token),
                }
            )
            {
                Assert.Equal((!shared, etag), (reply.IsUnchanged, reply.File.ETag));
                Assert.Equal(shared, reply.Content is not null);
                reply.Content?.Dispose();
            }
        }
    }

    [Fact]
    public async Task Deletion_return_and_growth_are_seen_through_readers()
    {
        var name = await StoreAsync("one");
        var (writer, reader) = (cluster.Open(name), cluster.Open(name, 1));
        await ReadAsync(reader);
        Assert.Equal("one", await ThroughReaderAsync(name, () => ReadAsync(reader)));

        await writer.DeleteAsync("f", cancellationToken: Token);
        var gone = await ThroughReaderAsync(name, () => Assert.ThrowsAsync<NotFoundException>(() => ReadAsync(reader)));
        Assert.Equal(("f", name), (gone.Path, gone.Backend));
        await writer.WriteTextAsync("f/below", "x", cancellationToken: Token);
        await ThroughReaderAsync(name, () => Assert.ThrowsAsync<InvalidPathException>(() => ReadAsync(reader)));
        await writer.DeleteFolderAsync("f", new DeleteFolderOptions { Recursive = true }, Token);

        await writer.WriteTextAsync("f", "two", cancellationToken: Token);
        Assert.Equal("two", await ThroughReaderAsync(name, () => ReadAsync(reader)));
        var large = new byte[300_000];
        new Random(1).NextBytes(large);
        await writer.WriteAsync("f", large, WriteOptions.Replace, cancellationToken: Token);
        var range = await ThroughReaderAsync(
            name,
            () => reader.ReadBytesAsync("f", new ReadOptions { Range = new ByteRange(100_000, 10) }, Token)
        );
        Assert.Equal(large[100_000..100_010], range);
        Assert.Equal(large, await reader.ReadBytesAsync("f", cancellationToken: Token));
    }

    [Fact]
    public async Task Ranges_and_conditions_hold_at_readers()
    {
        var name = await StoreAsync("abcdef");
        var store = cluster.Open(name, 1);
        await using var first = await store.ReadAsync("f", cancellationToken: Token);
        var etag = first.Info.ETag!;
        await using (
            var read = await ThroughReaderAsync(
                name,
                () => store.ReadAsync("f", new ReadOptions { IfMatch = etag, Range = new ByteRange(2, 3) }, Token)
            )
        )
        {
            Assert.Equal(first.Info, read.Info);
            Assert.Equal("cde", await new StreamReader(read).ReadToEndAsync(Token));
        }

        await cluster.Open(name).WriteTextAsync("f", "other", WriteOptions.Replace, cancellationToken: Token);
        await ThroughReaderAsync(
            name,
            () =>
                Assert.ThrowsAsync<PreconditionFailedException>(() => store.ReadBytesAsync("f", new ReadOptions { IfMatch = etag }, Token))
        );
    }

    [Fact]
    public async Task A_failing_backend_fails_the_reads_with_its_own_error()
    {
        FailingBackend? failing = null;
        var name = ClusterFixture.NewStore(
            n => failing = new FailingBackend(new AsyncMemoryBackend(n)),
            AlwaysHot with
            {
                ExternalWriters = true,
            }
        );
        var store = cluster.Open(name, 1);
        await store.WriteTextAsync("f", "text", cancellationToken: Token);
        await ReadAsync(store);
        failing!.Error = new PermissionDeniedException("No.", "f", name) { NativeCode = "EACCES" };
        var error = await ThroughReaderAsync(name, () => Assert.ThrowsAsync<PermissionDeniedException>(() => ReadAsync(store)));
        Assert.Equal(("f", name, "EACCES"), (error.Path, error.Backend, error.NativeCode));
        failing.Error = null;
        Assert.Equal("text", await ThroughReaderAsync(name, () => ReadAsync(store)));
    }

    [Fact]
    public async Task A_reader_that_does_not_answer_leaves_it_to_the_owner()
    {
        var name = await StoreAsync("text");
        await ReadAsync(cluster.Open(name));
        ReaderCalls.Fail(name);
        Assert.Equal("text", await ThroughReaderAsync(name, () => ReadAsync(cluster.Open(name))));
    }

    [Fact]
    public async Task A_path_is_hot_from_its_threshold_on_and_never_without_one()
    {
        Assert.Equal("cold cold hot", await HintsAsync(cluster.Clients[0], AlwaysHot with { HotReads = 3 }));
        Assert.Equal("cold cold cold", await HintsAsync(cluster.Clients[0], AlwaysHot with { HotReads = 0 }));
        Assert.Equal("hot hot hot", await HintsAsync(cluster.Clients[0], AlwaysHot with { InlineLimit = 4 }));
        Assert.Equal("cold cold cold", await HintsAsync(cluster.Clients[0], AlwaysHot with { InlineLimit = 3 }));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task Readers_keep_a_path_hot_only_where_paths_may_be(int hotReads, bool isHot)
    {
        var name = await StoreAsync("text", AlwaysHot with { HotReads = hotReads });
        var reply = await cluster.Clients[0].Cluster.GetGrain<IReaderGrain>(GrainKeys.Reader(0, name, "f")).Read(new ReadRequest(), Token);
        reply.Content!.Dispose();
        Assert.Equal(isHot, reply.IsHot);
    }

    [Theory]
    [InlineData("8/store-1/f")]
    [InlineData("store-1/f")]
    [InlineData("0/store-1/../f")]
    [InlineData("0")]
    public async Task A_reader_trusts_no_key(string key) =>
        await Assert.ThrowsAsync<InvalidPathException>(async () =>
            await cluster.Cluster.Client.GetGrain<IReaderGrain>(key).Read(new ReadRequest(), Token)
        );

    /// <summary>What the owner says of three reads in a row.</summary>
    internal static async Task<string> HintsAsync(RemoteStoreClient client, SiloStoreOptions options)
    {
        var name = await StoreAsync("text", options);
        var owner = client.Cluster.GetGrain<IPathGrain>(GrainKeys.Path(name, "f"));
        var hints = new string[3];
        for (var i = 0; i < hints.Length; i++)
        {
            var reply = await owner.Read(new ReadRequest { Length = 1 }, Token);
            reply.Content!.Dispose();
            hints[i] = reply.IsHot ? "hot" : "cold";
        }

        return string.Join(' ', hints);
    }

    private static async Task<string> StoreAsync(string text, SiloStoreOptions? options = null)
    {
        var name = ClusterFixture.NewStore(options: options ?? AlwaysHot);
        await ClusterFixture.Current.Open(name).WriteTextAsync("f", text, cancellationToken: Token);
        return name;
    }

    private static Task<string> ReadAsync(AsyncStore store) => store.ReadTextAsync("f", cancellationToken: Token);

    private static async Task<T> ThroughReaderAsync<T>(string name, Func<Task<T>> read)
    {
        var before = ReaderCalls.Count(name);
        var result = await read();
        Assert.Equal(before + 1, ReaderCalls.Count(name));
        return result;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class FailingBackend(AsyncBackend inner) : DelegatingBackend(inner)
    {
        internal RemoteStoreException? Error { get; set; }

        public override ValueTask<RemoteReadStream> ReadAsync(
            string key,
            ReadOptions? options = null,
            CancellationToken cancellationToken = default
        ) => Error is { } error ? throw error : base.ReadAsync(key, options, cancellationToken);
    }
}
