using System.Security.Cryptography;

namespace RemoteStore.Cluster.Tests;

public sealed class TransferTests(ClusterFixture cluster)
{
    private const int Large = 24 * 1024 * 1024 + 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_large_files_at_once_arrive_with_their_hashes()
    {
        var name = ClusterFixture.NewStore();
        await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(async i =>
                {
                    var bytes = RandomNumberGenerator.GetBytes(Large);
                    await cluster.Open(name, i).WriteAtomicAsync($"f{i}", new MemoryStream(bytes), cancellationToken: Token);
                    await using var read = await cluster.Open(name, i + 1).ReadAsync($"f{i}", cancellationToken: Token);
                    Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(read, Token));
                })
        );
    }

    [Fact]
    public async Task An_upload_that_ends_badly_leaves_nothing()
    {
        StagingWatch? watch = null;
        var name = ClusterFixture.NewStore(n => watch = new StagingWatch(new AsyncMemoryBackend(n)));
        var store = cluster.Open(name);
        using (var cancelled = new CancellationTokenSource())
        {
            var content = new Bad(5_000_000, 2_000_000, cancelled.Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                store.WriteAtomicAsync("f", content, cancellationToken: cancelled.Token)
            );
        }

        await Assert.ThrowsAsync<FormatException>(() =>
            store.WriteAtomicAsync("f", new Bad(5_000_000, 2_000_000, () => throw new FormatException()), cancellationToken: Token)
        );
        await using (var writer = await store.OpenAtomicAsync("f", cancellationToken: Token))
            await writer.WriteAsync(new byte[3_000_000], Token);

        await store.WriteTextAsync("taken", "x", cancellationToken: Token);
        await using (var writer = await store.OpenAtomicAsync("late", WriteOptions.CreateOnly, Token))
        {
            await writer.WriteAsync(new byte[600_000], Token);
            await store.WriteTextAsync("late", "first", cancellationToken: Token);
            await Assert.ThrowsAsync<AlreadyExistsException>(async () => await writer.CommitAsync(Token));
        }

        Assert.Equal(["late", "taken"], await store.ListAsync("", null, Token).Select(e => e.Path).ToListAsync(Token));
        Assert.True(watch!.Opened >= 4);
        Assert.Equal(0, watch.Left);
    }

    [Fact]
    public async Task A_refused_upload_consumes_nothing()
    {
        var name = ClusterFixture.NewStore();
        var store = cluster.Open(name);
        await store.WriteTextAsync("f", "x", cancellationToken: Token);
        foreach (var size in new[] { 10, 5_000_000 })
        {
            var content = new Bad(size, 0, () => throw new FormatException("The content was touched."));
            await Assert.ThrowsAsync<AlreadyExistsException>(() => store.WriteAtomicAsync("f", content, cancellationToken: Token));
            await Assert.ThrowsAsync<PreconditionFailedException>(() =>
                store.WriteAsync("f", content, WriteOptions.Matching("stale"), Token)
            );
        }
    }

    [Fact]
    public async Task A_reader_stays_with_the_version_it_opened()
    {
        var name = ClusterFixture.NewStore();
        var store = cluster.Open(name);
        var bytes = RandomNumberGenerator.GetBytes(4_000_000);
        await store.WriteAsync("f", bytes, cancellationToken: Token);
        await using var read = await store.ReadAsync("f", cancellationToken: Token);
        await cluster.Open(name, 1).WriteAsync("f", new byte[4_000_000], WriteOptions.Replace, Token);
        Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(read, Token));
    }

    [Fact]
    public async Task A_detached_upload_is_committed_by_somebody_else()
    {
        var name = ClusterFixture.NewStore();
        await using var writer = await cluster.Open(name).OpenAtomicAsync("f", cancellationToken: Token);
        await writer.WriteAsync(new byte[700_000], Token);
        var token = await writer.DetachAsync(Token);
        Assert.Equal(700_000, (await cluster.Open(name, 2).CommitStagedAsync("f", token, cancellationToken: Token)).Size);
        await Assert.ThrowsAsync<NotFoundException>(() => cluster.Open(name, 1).CommitStagedAsync("f", token, WriteOptions.Replace, Token));
    }

    [Fact]
    public async Task One_connection_serves_large_transfers_too()
    {
        var name = ClusterFixture.NewStore();
        var options = cluster.Options(1);
        options.BulkConnection = false;
        await using var client = await Client.RemoteStoreClient.ConnectAsync(options, Token);
        var bytes = RandomNumberGenerator.GetBytes(2_000_000);
        await client.GetStore(name).WriteAsync("f", bytes, cancellationToken: Token);
        Assert.Equal(bytes, await client.GetStore(name).ReadBytesAsync("f", cancellationToken: Token));
    }

    /// <summary>Content that does something when it is read beyond a point.</summary>
    private sealed class Bad(int size, int at, Action then) : MemoryStream(new byte[size])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= at)
                then();
            cancellationToken.ThrowIfCancellationRequested();
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
