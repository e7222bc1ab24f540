using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>What a client does when the port for large downloads does not do what it should: the bytes come, by calls then.</summary>
public sealed class DirectDownloadTests : IAsyncLifetime
{
    private OfferingSilo _silo = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _silo = await OfferingSilo.StartAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Theory]
    [InlineData(PortBehaviour.Sends, 2)]
    [InlineData(PortBehaviour.SendsHalf, 2)]
    [InlineData(PortBehaviour.SendsTooLittle, 2)]
    [InlineData(PortBehaviour.Refuses, 2)]
    [InlineData(PortBehaviour.IsSilent, 1)]
    [InlineData(PortBehaviour.IsClosed, 0)]
    [InlineData(PortBehaviour.TakesAndHangsUp, 1)]
    [InlineData(PortBehaviour.TakesAndFails, 2)]
    public async Task All_bytes_come_whatever_the_port_does(PortBehaviour behaviour, int asked)
    {
        await using var port = Offer(behaviour);
        await using var client = await _silo.ConnectAsync();
        var store = client.GetStore(_silo.Store);
        Assert.Equal(OfferingSilo.Bytes, await store.ReadBytesAsync("f", cancellationToken: Token));
        Assert.Equal(OfferingSilo.Bytes[7..], await store.ReadBytesAsync("f", new ReadOptions { Range = new ByteRange(7) }, Token));
        Assert.Equal(asked, port.Tickets.Distinct().Count());
        if (behaviour != PortBehaviour.Sends)
            await _silo.AllEndedAsync(Token);
        // With its end a download is not offered any longer.
        Assert.All(port.Tickets, t => Assert.Equal(behaviour == PortBehaviour.Sends, _silo.Direct.Downloads.TryTake(t, out _)));
    }

    [Fact]
    public async Task A_download_that_is_cancelled_while_the_port_is_asked_ends()
    {
        await using var port = Offer(PortBehaviour.IsSilent);
        await using var client = await _silo.ConnectAsync();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var read = client.GetStore(_silo.Store).ReadAsync("f", cancellationToken: cancelled.Token);
        await port.Asked;
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await _silo.AllEndedAsync(Token);
    }

    [Fact]
    public async Task Who_wants_no_other_port_uses_none()
    {
        await using var port = Offer(PortBehaviour.Sends);
        await using var client = await _silo.ConnectAsync(o => o.DirectTransfers = false);
        Assert.Equal(OfferingSilo.Bytes, await client.GetStore(_silo.Store).ReadBytesAsync("f", cancellationToken: Token));
        Assert.Empty(port.Tickets);
    }

    [Fact]
    public async Task Small_files_need_no_port()
    {
        await using var port = Offer(PortBehaviour.Sends);
        await using var client = await _silo.ConnectAsync();
        var store = client.GetStore(_silo.Store);
        await store.WriteAsync("small", new byte[1000], cancellationToken: Token);
        Assert.Equal(1000, (await store.ReadBytesAsync("small", cancellationToken: Token)).Length);
        Assert.Empty(port.Tickets);
    }

    private FakePort Offer(PortBehaviour behaviour)
    {
        var port = new FakePort(behaviour, TakeAsync);
        _silo.Direct.EndPoint = port.EndPoint;
        return port;
    }

    /// <summary>Takes a ticket, and the first chunk of its download.</summary>
    private async Task TakeAsync(string ticket)
    {
        if (_silo.Direct.Downloads.TryTake(ticket, out var offered))
            (await _silo.Grains.GetGrain<IDownloadGrain>(offered.Key).ReadChunk(0, Token)).Dispose();
    }
}
