using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

/// <summary>Clients and the gateways they know.</summary>
public sealed class GatewayTests : ClusterTest
{
    [Fact]
    public async Task A_client_outlives_one_of_its_silos()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var first = await StartSiloAsync(redis);
        await using var second = await StartSiloAsync(redis);
        await using var client = await RemoteStoreClient.ConnectAsync(
            new RemoteStoreClientOptions { Gateways = [first.Gateway, $"localhost:{second.GatewayPort}"] },
            Token
        );
        var store = client.GetStore("main");
        await store.WriteAsync("before", Bytes(100), cancellationToken: Token);

        first.Send(Signal.Terminate);
        Assert.Equal(0, await first.ExitAsync(Token));

        Assert.Equal(Bytes(100), await RepeatedAsync(() => store.ReadBytesAsync("before", cancellationToken: Token)));
        await RepeatedAsync(() => store.WriteAsync("after", Bytes(200), new WriteOptions { Overwrite = true }, Token));
        Assert.Equal(Bytes(200), await RepeatedAsync(() => store.ReadBytesAsync("after", cancellationToken: Token)));
    }

    [Fact]
    public async Task A_client_leaves_a_gateway_that_freezes()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var first = await StartSiloAsync(redis);
        await using var second = await StartSiloAsync(redis);
        await using var frozen = await StartSiloAsync(redis);
        await using var client = await RemoteStoreClient.ConnectAsync(
            new RemoteStoreClientOptions
            {
                Gateways = [first.Gateway, second.Gateway, frozen.Gateway],
                ResponseTimeout = TimeSpan.FromSeconds(5),
                GatewayRefresh = TimeSpan.FromSeconds(2),
            },
            Token
        );
        var store = client.GetStore("main");
        await WriteAllAsync(store, "before");

        frozen.Send(Signal.Stop);
        await WriteAllAsync(store, "in the meantime");
        // Still frozen, and reachable for all that the network reports.
        await WriteAllAsync(store, "later");
        frozen.Send(Signal.Continue);
    }

    // Enough paths for every gateway to carry some of them.
    private static async Task WriteAllAsync(AsyncStore store, string folder) =>
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => store.WriteAsync($"{folder}/{i}", Bytes(i), cancellationToken: Token)));

    /// <summary>As the resilience layer does: what is transient is retried.</summary>
    private static async Task<T> RepeatedAsync<T>(Func<Task<T>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (RemoteStoreException e) when (e.IsTransient && attempt < 10)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
            }
        }
    }
}
