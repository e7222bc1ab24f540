using RemoteStore.Client;

namespace RemoteStore.Processes.Tests.Load;

/// <summary>A client that asks for much and takes nothing must not fill the memory of the silo.</summary>
public sealed class SlowReaderTests
{
    private const int Calls = 2000;
    private const int Size = 250_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_that_are_not_taken_hold_a_bounded_part_of_the_memory()
    {
        var settings = new Dictionary<string, string>
        {
            ["RemoteStore__Silo__Stores__scratch__InlineLimit"] = "262144",
            ["RemoteStore__Silo__Stores__scratch__CacheLimit"] = "0",
            ["RemoteStore__Silo__Stores__scratch__HotReads"] = "0",
            ["RemoteStore__Silo__MaxWaitingPerPath"] = $"{2 * Calls}",
        };
        await using var silo = await LoadedSilo.StartAsync(256, settings, Token);
        using var relay = new Relay(silo.GatewayPort);
        var options = RemoteStoreClientOptions.For(relay.EndPoint);
        (options.ResponseTimeout, options.OperationTimeout) = (TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(1));
        await using var client = await RemoteStoreClient.ConnectAsync(options, Token);
        var store = client.GetStore("scratch");
        await store.WriteAsync("f", new byte[Size], cancellationToken: Token);
        relay.StopAnswers();
        var ends = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => Record.ExceptionAsync(() => store.ReadBytesAsync("f", cancellationToken: Token)).AsTask()));
        Assert.All(ends, Assert.NotNull);
        await HostilePeerTests.AssertServesAsync(silo);
    }
}
