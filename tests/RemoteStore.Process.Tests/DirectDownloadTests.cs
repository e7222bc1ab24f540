using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>The port for large downloads of a real silo.</summary>
public sealed class DirectDownloadTests : ClusterTest
{
    private const int Size = 3 << 20;
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task A_ticket_is_good_once_and_for_nothing_else()
    {
        await using var silo = await StartAsync();
        await using var client = await silo.ConnectAsync(Token);
        var (grain, offer) = await BeginAsync(client);
        var other = (await BeginAsync(client)).Offer;

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(offer.EndPoint, null));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(offer.EndPoint, new string('0', offer.Ticket.Length)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(offer.EndPoint, offer.Ticket, HttpMethod.Post));
        using (var answer = await Http.SendAsync(Request(offer.EndPoint, offer.Ticket), Token))
            Assert.Equal(Bytes(Size), await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(offer.EndPoint, offer.Ticket));
        await grain.Close();

        Assert.NotEqual(offer.Ticket, other.Ticket);
        Assert.DoesNotContain(other.Ticket, $"{other}", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(other.EndPoint, other.Ticket));
        Assert.DoesNotContain(other.Ticket, silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_download_is_not_offered_any_longer()
    {
        await using var silo = await StartAsync();
        await using var client = await silo.ConnectAsync(Token);
        var (grain, offer) = await BeginAsync(client);
        await grain.Close();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(offer.EndPoint, offer.Ticket));
    }

    [Fact]
    public async Task The_port_serves_nothing_else_and_the_health_port_no_downloads()
    {
        await using var silo = await StartAsync("--RemoteStore:Silo:Dashboard=true");
        await using var client = await silo.ConnectAsync(Token);
        var offer = (await BeginAsync(client)).Offer;
        foreach (var path in new[] { "health/live", "health/ready", "dashboard" })
            Assert.Equal(HttpStatusCode.NotFound, (await Http.GetAsync(new Uri($"http://{offer.EndPoint}/{path}"), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"127.0.0.1:{silo.HttpPort}", offer.Ticket));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(offer.EndPoint, offer.Ticket));
    }

    [Fact]
    public async Task Large_downloads_use_it_and_small_ones_do_not()
    {
        using var ports = new RequestPorts();
        var port = FreePorts.Next();
        await using var silo = await StartAsync("--transfer-port", $"{port}");
        await using var client = await silo.ConnectAsync(Token);
        var store = client.GetStore("main");
        await store.WriteAsync("small", Bytes(1000), cancellationToken: Token);
        Assert.Equal(Bytes(1000), await store.ReadBytesAsync("small", cancellationToken: Token));
        Assert.Equal(0, ports.Of(port));
        Assert.Equal(Bytes(Size), await store.ReadBytesAsync("big", cancellationToken: Token));
        Assert.Equal(
            Bytes(Size)[9..99_999],
            await store.ReadBytesAsync("big", new ReadOptions { Range = new ByteRange(9, 99_990) }, Token)
        );
        Assert.Equal(2, ports.Of(port));
    }

    [Fact]
    public async Task A_host_may_refuse_it()
    {
        using var ports = new RequestPorts();
        var port = FreePorts.Next();
        await using var silo = await StartAsync("--transfer-port", $"{port}");
        foreach (var isWanted in new[] { false, true })
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Services.AddRemoteStoreClient(o => (o.Gateways[0], o.DirectTransfers) = (silo.Gateway, isWanted));
            using var host = builder.Build();
            await host.StartAsync(Token);
            Assert.Equal(
                Bytes(Size),
                await host.Services.GetRequiredKeyedService<AsyncStore>("main").ReadBytesAsync("big", cancellationToken: Token)
            );
            Assert.Equal(isWanted, ports.Of(port) > 0);
            await host.StopAsync(Token);
        }
    }

    [Fact]
    public async Task A_silo_may_offer_none()
    {
        await using var silo = await StartAsync("--RemoteStore:Silo:DirectTransfers=false");
        await using var client = await silo.ConnectAsync(Token);
        Assert.Null((await OpenAsync(client)).Reply.Direct);
        Assert.Equal(Bytes(Size), await client.GetStore("main").ReadBytesAsync("big", cancellationToken: Token));
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start()
    {
        await using var silo = await StartAsync();
        await using var second = SiloProcess.Start(["--data", Folder, "--transfer-port", $"{silo.HttpPort}"]);
        Assert.Equal(1, await second.ExitAsync(Token));
        Assert.Contains("--transfer-port", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_nobody_reads_does_not_hold_a_silo_that_stops()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var staying = await StartSiloAsync(redis);
        await using var stopping = await StartSiloAsync(redis, "--RemoteStore:Silo:ShutdownSeconds=3");
        // More than the buffers of the connection take.
        const int Large = 64 << 20;
        await File.WriteAllBytesAsync(Path.Combine(Folder, "large"), Bytes(Large), Token);
        await using var client = await RemoteStoreClient.ConnectAsync(
            new RemoteStoreClientOptions { Gateways = [stopping.Gateway, staying.Gateway] },
            Token
        );
        await using var read = await client.GetStore("main").ReadAsync("large", cancellationToken: Token);
        var got = new byte[Large];
        await read.ReadExactlyAsync(got.AsMemory(0, 1000), Token);

        stopping.Send(Signal.Terminate);
        Assert.Equal(0, await stopping.ExitAsync(Token));
        await read.ReadExactlyAsync(got.AsMemory(1000), Token);
        Assert.Equal(Bytes(Large), got);
    }

    [Fact]
    public async Task A_receiver_that_does_not_read_is_disconnected_when_its_download_ends()
    {
        await using var silo = await StartAsync();
        await using var client = await silo.ConnectAsync(Token);
        // More than the buffers of the connection take.
        await File.WriteAllBytesAsync(Path.Combine(Folder, "big"), Bytes(64 << 20), Token);
        var (grain, offer) = await BeginAsync(client);
        using var receiver = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await receiver.ConnectAsync(IPEndPoint.Parse(offer.EndPoint), Token);
        await receiver.SendAsync(
            Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: silo\r\nAuthorization: Bearer {offer.Ticket}\r\n\r\n"),
            Token
        );
        Assert.NotEqual(0, await receiver.ReceiveAsync(new byte[1000], Token));

        await grain.Close();
        Assert.True(await Task.Run(() => receiver.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectError), Token));
    }

    private async Task<SiloProcess> StartAsync(params string[] arguments)
    {
        await File.WriteAllBytesAsync(Path.Combine(Folder, "big"), Bytes(Size), Token);
        return await SiloProcess.StartReadyAsync(["--data", Folder, .. arguments], cancellationToken: Token);
    }

    private static async Task<(IDownloadGrain Grain, DirectOffer Offer)> BeginAsync(RemoteStoreClient client)
    {
        var (grain, reply) = await OpenAsync(client);
        return (grain, Assert.IsType<DirectOffer>(reply.Direct));
    }

    private static async Task<(IDownloadGrain Grain, DownloadReply Reply)> OpenAsync(RemoteStoreClient client)
    {
        var grain = client.Cluster.GetGrain<IDownloadGrain>(Guid.NewGuid());
        var request = new DownloadRequest
        {
            Store = "main",
            Key = "big",
            Read = new ReadRequest(),
            ChunkSize = TransferDefaults.ChunkSize,
        };
        return (grain, await grain.Begin(request, Token));
    }

    private static async Task<HttpStatusCode> StatusAsync(string endPoint, string? ticket, HttpMethod? method = null)
    {
        using var answer = await Http.SendAsync(Request(endPoint, ticket, method), Token);
        return answer.StatusCode;
    }

    private static HttpRequestMessage Request(string endPoint, string? ticket, HttpMethod? method = null) =>
        new(method ?? HttpMethod.Get, $"http://{endPoint}/")
        {
            Headers = { Authorization = ticket is null ? null : new AuthenticationHeaderValue("Bearer", ticket) },
        };
}
