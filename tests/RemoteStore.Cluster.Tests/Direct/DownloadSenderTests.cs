namespace RemoteStore.Cluster.Tests;

/// <summary>How a silo's port sends a download.</summary>
public sealed class DownloadSenderTests : IAsyncLifetime
{
    private OfferingSilo _silo = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _silo = await OfferingSilo.StartAsync();
        _silo.Downloads.EndPoint = "127.0.0.1:1";
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task The_answer_begins_before_the_first_bytes_are_there()
    {
        await using var port = await SenderPort.StartAsync(_silo);
        var chunks = _silo.Chunks.Hold();
        var (_, offer) = await _silo.BeginAsync();
        using var http = new HttpClient();
        using var request = SenderPort.Request(offer);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token).WaitAsync(OfferingSilo.Watchdog, Token);
        Assert.Equal(OfferingSilo.Size, answer.Content.Headers.ContentLength);
        chunks.SetResult();
        Assert.Equal(OfferingSilo.Bytes, await answer.Content.ReadAsByteArrayAsync(Token));
    }
}
