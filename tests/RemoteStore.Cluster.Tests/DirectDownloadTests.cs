using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>What a client does when the port for large downloads does not do what it should: the bytes come, by calls then.</summary>
public sealed class DirectDownloadTests : IAsyncLifetime
{
    private const int Size = 3_000_001;
    private static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(Size);
    private readonly string _store = ClusterFixture.NewStore();
    private TestCluster _cluster = null!;

    public enum Port
    {
        Sends,
        SendsHalf,
        SendsTooLittle,
        Refuses,
        IsSilent,
        IsClosed,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(1);
        builder.Options.ConnectionTransport = ConnectionTransportType.TcpSocket;
        builder.AddSiloBuilderConfigurator<Silo>();
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(Port.Sends)]
    [InlineData(Port.SendsHalf)]
    [InlineData(Port.SendsTooLittle)]
    [InlineData(Port.Refuses)]
    [InlineData(Port.IsSilent)]
    [InlineData(Port.IsClosed)]
    public async Task All_bytes_come_whatever_the_port_does(Port behaviour)
    {
        await using var port = new FakePort(behaviour);
        var tickets = Offer(port.EndPoint);
        await using var client = await ConnectAsync();
        var store = await FilledAsync(client);
        Assert.Equal(Bytes, await store.ReadBytesAsync("f", cancellationToken: Token));
        Assert.Equal(Bytes[7..], await store.ReadBytesAsync("f", new ReadOptions { Range = new ByteRange(7) }, Token));
        var asked = behaviour switch { Port.IsClosed => 0, Port.IsSilent => 1, _ => 2 };
        Assert.Equal(asked, port.Tickets.Distinct().Count());
        // What the grain has not sent, it does not offer any longer.
        Assert.All(port.Tickets, t => Assert.Equal(behaviour == Port.Sends, tickets.TryTake(t, out _)));
    }

    [Fact]
    public async Task Who_wants_no_other_port_uses_none()
    {
        await using var port = new FakePort(Port.Sends);
        Offer(port.EndPoint);
        await using var client = await ConnectAsync(o => o.DirectDownloads = false);
        Assert.Equal(Bytes, await (await FilledAsync(client)).ReadBytesAsync("f", cancellationToken: Token));
        Assert.Empty(port.Tickets);
    }

    [Fact]
    public async Task Small_files_need_no_port()
    {
        await using var port = new FakePort(Port.Sends);
        Offer(port.EndPoint);
        await using var client = await ConnectAsync();
        var store = client.GetStore(_store);
        await store.WriteAsync("small", new byte[1000], cancellationToken: Token);
        Assert.Equal(1000, (await store.ReadBytesAsync("small", cancellationToken: Token)).Length);
        Assert.Empty(port.Tickets);
    }

    private DirectDownloads Offer(string endPoint)
    {
        var downloads = ((InProcessSiloHandle)_cluster.Primary!).SiloHost.Services.GetRequiredService<DirectDownloads>();
        downloads.EndPoint = endPoint;
        return downloads;
    }

    private Task<RemoteStoreClient> ConnectAsync(Action<RemoteStoreClientOptions>? change = null)
    {
        var options = new RemoteStoreClientOptions
        {
            Gateways = [$"{_cluster.Primary!.GatewayAddress.Endpoint}"],
            ClusterId = _cluster.Options.ClusterId,
            ServiceId = _cluster.Options.ServiceId,
        };
        change?.Invoke(options);
        return RemoteStoreClient.ConnectAsync(options, Token);
    }

    private async Task<AsyncStore> FilledAsync(RemoteStoreClient client)
    {
        var store = client.GetStore(_store);
        await store.WriteAsync("f", Bytes, WriteOptions.Replace, Token);
        return store;
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.AddRemoteStoreGrains(ClusterFixture.Shared);
    }

    /// <summary>Stands where a silo's port would be, and knows the file.</summary>
    private sealed class FakePort : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _closed = new();
        private readonly Port _behaviour;
        private readonly Task _serving;

        internal FakePort(Port behaviour)
        {
            _behaviour = behaviour;
            _listener.Start();
            EndPoint = $"{_listener.LocalEndpoint}";
            if (behaviour == Port.IsClosed)
                _listener.Stop();
            _serving = behaviour == Port.IsClosed ? Task.CompletedTask : ServeAsync();
        }

        internal string EndPoint { get; }

        internal ConcurrentQueue<string> Tickets { get; } = new();

        public async ValueTask DisposeAsync()
        {
            await _closed.CancelAsync();
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _closed.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                using var connection = await _listener.AcceptTcpClientAsync(_closed.Token);
                await AnswerAsync(connection.GetStream());
            }
        }

        private async Task AnswerAsync(NetworkStream stream)
        {
            var reader = new StreamReader(stream, Encoding.ASCII);
            while (await reader.ReadLineAsync(_closed.Token) is { Length: > 0 } line)
            {
                if (line.StartsWith("Authorization: Bearer ", StringComparison.Ordinal))
                    Tickets.Enqueue(line[22..]);
            }

            if (_behaviour == Port.IsSilent)
                await Task.Delay(Timeout.Infinite, _closed.Token);
            var start = Tickets.Count == 1 ? 0 : 7;
            var told = Size - start - (_behaviour == Port.SendsTooLittle ? 500_000 : 0);
            var sent = _behaviour == Port.SendsHalf ? told / 2 : told;
            var head = _behaviour == Port.Refuses ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" : $"HTTP/1.1 200 OK\r\nContent-Length: {told}\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _closed.Token);
            if (_behaviour != Port.Refuses)
                await stream.WriteAsync(Bytes.AsMemory(start, sent), _closed.Token);
        }
    }
}
