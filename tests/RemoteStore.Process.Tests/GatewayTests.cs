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
            new RemoteStoreClientOptions { Gateways = [first.Gateway, $"localhost:{second.GatewayPort}"] }, Token);
        var store = client.GetStore("main");
        await store.WriteAsync("before", Bytes(100), cancellationToken: Token);

        first.Send(Signal.Terminate);
        Assert.Equal(0, await first.ExitAsync(Token));

        Assert.Equal(Bytes(100), await RepeatedAsync(() => store.ReadBytesAsync("before", cancellationToken: Token)));
        await RepeatedAsync(() => store.WriteAsync("after", Bytes(200), new WriteOptions { Overwrite = true }, Token));
        Assert.Equal(Bytes(200), await RepeatedAsync(() => store.ReadBytesAsync("after", cancellationToken: Token)));
    }

    /// <summary>As the resilience layer does: what is transient is tried again.</summary>
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
