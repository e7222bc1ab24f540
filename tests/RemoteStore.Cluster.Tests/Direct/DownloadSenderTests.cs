using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>How a silo's port sends a download.</summary>
public sealed class DownloadSenderTests : IAsyncLifetime
{
    private OfferingSilo _silo = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _silo = await OfferingSilo.StartAsync();
        _silo.Direct.EndPoint = "127.0.0.1:1";
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task The_answer_begins_before_the_first_bytes_are_there()
    {
        await using var port = await SiloPort.StartAsync(_silo);
        var chunks = _silo.Chunks.Hold();
        var (_, offer) = await _silo.BeginAsync();
        using var http = new HttpClient();
        using var request = SiloPort.Request(offer);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token)
            .WaitAsync(OfferingSilo.Watchdog, Token);
        Assert.Equal(OfferingSilo.Size, answer.Content.Headers.ContentLength);
        chunks.SetResult();
        Assert.Equal(OfferingSilo.Bytes, await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task A_request_that_nobody_reads_ends_with_its_download()
    {
        var (grain, offer) = await _silo.BeginAsync();
        using var connection = new StuckStream(room: 0);
        var sending = SiloPort.Sender(_silo).SendAsync(Asking(offer, connection));
        await connection.Stuck;
        Assert.False(sending.IsCompleted);
        await grain.Close();
        await sending.WaitAsync(OfferingSilo.Watchdog, Token);
    }

    [Fact]
    public async Task What_was_read_to_its_end_is_held_for_two_minutes()
    {
        var clock = new FakeTimeProvider();
        var (_, offer) = await _silo.BeginAsync();
        using var connection = new StuckStream(OfferingSilo.Size - 1);
        var sending = SiloPort.Sender(_silo, clock).SendAsync(Asking(offer, connection));
        await connection.Stuck;
        await _silo.AllEndedAsync(Token);
        clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.False(sending.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));
        await sending.WaitAsync(OfferingSilo.Watchdog, Token);
    }

    [Fact]
    public async Task A_download_whose_chunk_fails_ends()
    {
        _silo.Chunks.Fail(1);
        var (_, offer) = await _silo.BeginAsync();
        using var connection = new StuckStream(OfferingSilo.Size);
        await SiloPort.Sender(_silo).SendAsync(Asking(offer, connection));
        await _silo.AllEndedAsync(Token);
    }

    private static DefaultHttpContext Asking(DirectOffer offer, Stream connection)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(connection));
        context.Request.Method = HttpMethods.Get;
        context.Request.Headers.Authorization = $"Bearer {offer.Ticket}";
        return context;
    }
}
