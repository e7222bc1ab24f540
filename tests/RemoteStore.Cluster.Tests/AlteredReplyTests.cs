using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>
/// What a silo sends is checked before it is used: a wrong length, size or token is a typed error, and never other bytes or an endless
/// loop.
/// </summary>
public sealed class AlteredReplyTests(ClusterFixture cluster)
{
    private const int Large = 3_000_001;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Payload.MaxLength)]
    public async Task A_chunk_of_another_length_is_refused(int length)
    {
        var (name, backend) = await OpenAsync(Large);
        AlteredReplies.Change<Payload>(name, _ => Payload.CopyOf(new byte[length]));
        var error = await Assert.ThrowsAsync<RemoteStoreException>(async () => await backend.ReadBytesAsync("f", null, Token));
        Assert.Equal(ErrorCodes.ContentMismatch, error.Code);
        await using var stream = await backend.ReadAsync("f", null, Token);
        await Assert.ThrowsAsync<RemoteStoreException>(() => stream.CopyToAsync(Stream.Null, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(101)]
    public async Task Inline_content_of_another_length_is_refused(int length)
    {
        var (name, backend) = await OpenAsync(100);
        AlteredReplies.Change<ReadReply>(name, r => r with { Content = Payload.CopyOf(new byte[length]) });
        var error = await Assert.ThrowsAsync<RemoteStoreException>(async () => await backend.ReadBytesAsync("f", null, Token));
        Assert.Equal(ErrorCodes.ContentMismatch, error.Code);
    }

    [Fact]
    public async Task A_negative_size_is_refused()
    {
        var (name, backend) = await OpenAsync(100);
        AlteredReplies.Change<WireFile>(name, f => f with { Size = -1 });
        await Assert.ThrowsAsync<RemoteStoreException>(async () => await backend.GetFileInfoAsync("f", Token));
    }

    [Fact]
    public async Task A_listing_that_does_not_advance_ends()
    {
        var (name, backend) = await OpenAsync(100);
        await backend.WriteAsync("g", new byte[1], null, Token);
        string? first = null;
        AlteredReplies.Change<ListReply>(name, l => l with { ContinuationToken = first ??= l.ContinuationToken });
        var error = await Assert.ThrowsAsync<RemoteStoreException>(async () =>
            await backend.ListAsync("", new ListOptions { PageSize = 1 }, Token).CountAsync(Token)
        );
        Assert.Contains("does not advance", error.Message, StringComparison.Ordinal);
    }

    private async Task<(string Name, ClusterBackend Backend)> OpenAsync(int size)
    {
        var name = ClusterFixture.NewStore();
        var backend = new ClusterBackend(cluster.Cluster.Client, name);
        await backend.ConnectAsync(Token);
        await backend.WriteAsync("f", new byte[size], null, Token);
        return (name, backend);
    }
}
