using System.Net;
using System.Net.Sockets;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

public sealed class ClientDisposalTests(ClusterFixture cluster)
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_ends_while_its_connection_for_large_transfers_is_opened()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = cluster.Options(0);
        options.ConnectTimeout = TimeSpan.FromMinutes(10);
        var client = await RemoteStoreClient.ConnectAsync(options, Token);
        var store = client.GetStore(ClusterFixture.NewStore());
        // After this one, the first thing that a large upload needs is the other connection.
        await store.WriteTextAsync("small", "x", cancellationToken: Token);
        options.Gateways[0] = $"{silent.LocalEndpoint}";
        Task[] uploads =
        [
            store.OpenAtomicAsync("first", cancellationToken: Token),
            store.OpenAtomicAsync("second", cancellationToken: Token),
        ];
        using var connection = await silent.AcceptTcpClientAsync(Token);

        await client.DisposeAsync().AsTask().WaitAsync(Watchdog, Token);
        foreach (var upload in uploads)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => upload.WaitAsync(Watchdog, Token));
        Assert.Throws<ObjectDisposedException>(() => client.GetStore("main"));
    }

    [Fact]
    public async Task Calls_of_a_client_that_was_closed_end_at_once()
    {
        var options = cluster.Options(0);
        options.OperationTimeout = TimeSpan.FromMinutes(10);
        var client = await RemoteStoreClient.ConnectAsync(options, Token);
        var store = client.GetStore(ClusterFixture.NewStore());
        await store.WriteTextAsync("f", "x", cancellationToken: Token);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            store.ReadTextAsync("f", cancellationToken: Token).WaitAsync(Watchdog, Token)
        );
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            store.DeleteAsync("f", cancellationToken: Token).WaitAsync(Watchdog, Token)
        );
    }
}
