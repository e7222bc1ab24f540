using System.Net;
using System.Net.Sockets;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

/// <summary>Calls whose gateway is lost while their owner lives on.</summary>
public sealed class LostGatewayTests(ClusterFixture cluster)
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("create")]
    [InlineData("replace")]
    [InlineData("read")]
    public async Task A_call_is_retried_at_once_and_gets_the_answer_of_the_first(string kind)
    {
        await using var way = new Way(IPEndPoint.Parse(cluster.Options(0).Gateways[0]));
        var options = cluster.Options(0);
        (options.ResponseTimeout, options.OperationTimeout) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5));
        options.Gateways[0] = way.EndPoint;
        await using var client = await RemoteStoreClient.ConnectAsync(options, Token);
        var memory = new AsyncMemoryBackend();
        HangingBackend? held = null;
        var store = client.GetStore(ClusterFixture.NewStore(_ => held = new HangingBackend(memory)));
        var path = kind == "read" ? HangingBackend.Read : "f";
        if (kind != "create")
            await memory.WriteAsync(path, "before"u8.ToArray(), cancellationToken: Token);
        await store.ExistsAsync(HangingBackend.Spared, Token);

        var call =
            kind == "read"
                ? store.ReadTextAsync(path, cancellationToken: Token)
                : WriteAsync(store, path, kind == "create" ? WriteOptions.CreateOnly : WriteOptions.Replace);
        await held!.EnteredAsync(1).WaitAsync(Watchdog, Token);
        var again = way.Next();
        way.Cut();
        await again.WaitAsync(Watchdog, Token);
        held.Release();

        Assert.Equal(kind == "read" ? "before" : "mine", await call.WaitAsync(Watchdog, Token));
        Assert.Equal(kind == "read" ? 0 : 1, held.Writes);
    }

    private static async Task<string> WriteAsync(AsyncStore store, string path, WriteOptions options)
    {
        await store.WriteTextAsync(path, "mine", options, cancellationToken: Token);
        return await store.ReadTextAsync(path, cancellationToken: Token);
    }

    /// <summary>A way to a gateway that can be cut: the connection ends, and the next one is let through.</summary>
    private sealed class Way : LoopbackPort
    {
        private readonly IPEndPoint _gateway;
        private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile CancellationTokenSource _cut = new();

        /// <summary>
        /// Listens at the gateway's own port of another loopback address: by that port a gateway knows what is meant for itself.
        /// </summary>
        internal Way(IPEndPoint gateway)
            : base(new IPEndPoint(IPAddress.Parse("127.0.0.2"), gateway.Port))
        {
            _gateway = gateway;
            Start();
        }

        internal Task Next() => (_next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        internal void Cut() => _cut.Cancel();

        protected override async Task ServeAsync(NetworkStream connection)
        {
            _next.TrySetResult();
            using var silo = new TcpClient();
            await silo.ConnectAsync(_gateway, Closed);
            using var cut = _cut = CancellationTokenSource.CreateLinkedTokenSource(Closed);
            await EndTogetherAsync(
                cut,
                connection.CopyToAsync(silo.GetStream(), cut.Token),
                silo.GetStream().CopyToAsync(connection, cut.Token)
            );
        }
    }
}
