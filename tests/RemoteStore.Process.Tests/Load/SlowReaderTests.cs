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
            ["RemoteStore__Silo__MessageSeconds"] = "5",
            ["RemoteStore__Silo__MaxWaitingPerPath"] = $"{2 * Calls}",
        };
        await using var silo = await LoadedSilo.StartAsync(256, settings, Token);
        var (hello, message) = await RecordedClient.RecordAsync(
            silo,
            "scratch/slow",
            async store =>
            {
                await store.WriteAsync("slow", new byte[Size], cancellationToken: Token);
                Assert.Equal(Size, (await store.ReadBytesAsync("slow", cancellationToken: Token)).Length);
            }
        );
        Assert.InRange(message.Length, 1, 4096);
        using var peer = await RawPeer.ConnectAsync(silo.GatewayPort, hello);
        for (var i = 0; i < Calls; i++)
            await peer.Stream.WriteAsync(message, Token);
        // The calls of the others come after those that were sent before.
        await HostilePeerTests.AssertServesAsync(silo);
        // Not read before: the silo hangs up on who takes nothing.
        await HostilePeerTests.UntilAsync(silo, "responses are not read");
        await HostilePeerTests.AssertServesAsync(silo);
    }
}
