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
    public async Task A_call_is_made_again_at_once_and_gets_the_answer_of_the_first(string kind)
    {
        await using var way = new Way(IPEndPoint.Parse(cluster.Options(0).Gateways[0]));
        var options = cluster.Options(0);
        (options.ResponseTimeout, options.OperationTimeout) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5));
        options.Gateways[0] = way.EndPoint;
        await using var client = await RemoteStoreClient.ConnectAsync(options, Token);
        HeldBackend? held = null;
        var store = client.GetStore(ClusterFixture.NewStore(n => held = new HeldBackend(new AsyncMemoryBackend(n))));
        if (kind != "create")
            await held!.Inner.WriteAsync("f", "before"u8.ToArray(), cancellationToken: Token);
        await store.ExistsAsync("other", Token);
        held!.Hold();

        var call = kind == "read" ? store.ReadTextAsync("f", cancellationToken: Token)
            : WriteAsync(store, kind == "create" ? WriteOptions.CreateOnly : WriteOptions.Replace);
        await held.Entered.WaitAsync(Watchdog, Token);
        var again = way.Next();
        way.Cut();
        await again.WaitAsync(Watchdog, Token);
        held.Release();

        Assert.Equal(kind == "read" ? "before" : "mine", await call.WaitAsync(Watchdog, Token));
        Assert.Equal(kind == "read" ? 0 : 1, held.Writes);
    }

    private static async Task<string> WriteAsync(AsyncStore store, WriteOptions options)
    {
        await store.WriteTextAsync("f", "mine", options, cancellationToken: Token);
        return await store.ReadTextAsync("f", cancellationToken: Token);
    }

    private sealed class HeldBackend(AsyncBackend inner) : DelegatingBackend(inner)
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource? _held;
        private int _writes;

        internal new AsyncBackend Inner => base.Inner;

        internal Task Entered => _entered.Task;

        internal int Writes => _writes;

        internal void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Release() => _held!.SetResult();

        public override async ValueTask<RemoteReadStream> ReadAsync(string key, ReadOptions? options = null, CancellationToken cancellationToken = default)
        {
            await WaitAsync();
            return await base.ReadAsync(key, options, cancellationToken);
        }

        public override async ValueTask<WriteResult> WriteAsync(
            string key, WriteContent content, WriteOptions? options = null, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _writes);
            await WaitAsync();
            return await base.WriteAsync(key, content, options, cancellationToken);
        }

        private async Task WaitAsync()
        {
            _entered.TrySetResult();
            if (_held is { } held)
                await held.Task;
        }
    }

    /// <summary>A way to a gateway that can be cut: the connection ends, and the next one is let through.</summary>
    private sealed class Way : LoopbackPort
    {
        private readonly IPEndPoint _gateway;
        private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile CancellationTokenSource _cut = new();

        /// <summary>Listens at the gateway's own port of another loopback address: by that port a gateway knows what is meant for itself.</summary>
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
            using var cut = _cut = new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cut.Token, Closed);
            var ways = new[] { connection.CopyToAsync(silo.GetStream(), either.Token), silo.GetStream().CopyToAsync(connection, either.Token) };
            await Task.WhenAny(ways);
            await cut.CancelAsync();
            await Task.WhenAll(ways).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
