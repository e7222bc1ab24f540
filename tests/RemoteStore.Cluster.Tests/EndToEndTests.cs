using System.Security.Cryptography;

namespace RemoteStore.Cluster.Tests;

public sealed class EndToEndTests(ClusterFixture cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_client_writes_another_one_reads_through_another_silo()
    {
        var name = ClusterFixture.NewStore();
        var (first, second, third) = (cluster.Open(name), cluster.Open(name, 1), cluster.Open(name, 2));

        var result = await first.WriteAtomicAsync("a/b.txt", "hello"u8.ToArray(), cancellationToken: Token);
        Assert.Equal("a/b.txt", result.Path);
        Assert.Equal(5, result.Size);
        Assert.Equal("hello", await second.ReadTextAsync("a/b.txt", cancellationToken: Token));
        Assert.Equal(result.ETag, (await third.GetFileInfoAsync("a/b.txt", Token)).ETag);
        Assert.True(await second.IsFolderAsync("a", Token));
        Assert.False(await third.ExistsAsync("a/c", Token));

        await second.WriteAsync("a/b.txt", "bye"u8.ToArray(), WriteOptions.Matching(result.ETag!), Token);
        Assert.Equal("bye", await first.ReadTextAsync("a/b.txt", cancellationToken: Token));
        Assert.Equal("bye", await third.ReadTextAsync("a/b.txt", cancellationToken: Token));
        await third.DeleteAsync("a/b.txt", cancellationToken: Token);
        Assert.False(await first.IsFileAsync("a/b.txt", Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(256 * 1024)]
    [InlineData(256 * 1024 + 1)]
    [InlineData(9 * 1024 * 1024 + 17)]
    public async Task Bodies_of_any_size_arrive_unchanged(int size)
    {
        var name = ClusterFixture.NewStore();
        var bytes = RandomNumberGenerator.GetBytes(size);
        await cluster.Open(name).WriteAsync("bytes", bytes, cancellationToken: Token);
        await cluster.Open(name, 1).WriteAtomicAsync("stream", new MemoryStream(bytes), cancellationToken: Token);
        await cluster.Open(name, 1).WriteAtomicAsync("unknown", new UnknownLength(bytes), cancellationToken: Token);

        foreach (var path in new[] { "bytes", "stream", "unknown" })
        {
            Assert.Equal(bytes, await cluster.Open(name, 2).ReadBytesAsync(path, cancellationToken: Token));
            await using var read = await cluster.Open(name, 1).ReadAsync(path, cancellationToken: Token);
            Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(read, Token));
            Assert.Equal(size, read.Info.Size);
        }
    }

    [Fact]
    public async Task Ranges_of_small_and_large_files()
    {
        var name = ClusterFixture.NewStore();
        var bytes = RandomNumberGenerator.GetBytes(3 * 1024 * 1024);
        var store = cluster.Open(name);
        await store.WriteAsync("f", bytes, cancellationToken: Token);
        foreach (
            var (offset, length) in new (long, long?)[]
            {
                (0, 10),
                (1_000_000, 300_000),
                (2_000_000, null),
                (bytes.Length, null),
                (9_999_999, 5),
                (5, 1_500_000),
            }
        )
        {
            var got = await store.ReadBytesAsync("f", ReadOptions.At(offset, length), Token);
            var start = (int)Math.Min(offset, bytes.Length);
            Assert.Equal(bytes.AsSpan(start, (int)Math.Min(bytes.Length - start, length ?? int.MaxValue)).ToArray(), got);
        }
    }

    [Fact]
    public async Task Listings_folders_moves_and_copies()
    {
        var name = ClusterFixture.NewStore();
        var store = cluster.Open(name);
        for (var i = 0; i < 30; i++)
            await store.WriteTextAsync($"d{i % 3}/e/f{i}", $"{i}", cancellationToken: Token);

        var options = new ListOptions
        {
            Recursive = true,
            Kinds = ListKinds.Files,
            PageSize = 7,
        };
        Assert.Equal(30, await store.ListAsync("", options, Token).CountAsync(Token));
        Assert.Equal(10, (await store.GetFolderInfoAsync("d1", cancellationToken: Token)).FileCount);
        await store.MoveAsync("d0/e/f0", "g/h", cancellationToken: Token);
        await store.CopyAsync("g/h", "g/i", cancellationToken: Token);
        Assert.Equal("0", await store.ReadTextAsync("g/i", cancellationToken: Token));
        Assert.False(await store.ExistsAsync("d0/e/f0", Token));
        await store.DeleteFolderAsync("d1", new DeleteFolderOptions { Recursive = true }, Token);
        Assert.False(await store.ExistsAsync("d1", Token));
        Assert.Equal(21, await store.ListAsync("", options, Token).CountAsync(Token));
        await store.CheckHealthAsync(Token);
    }

    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
