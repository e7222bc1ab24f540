using System.Text;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests.Load;

/// <summary>
/// Peers that send what no client sends, to the ports of a silo with a small heap: they are closed, and others are served.
/// </summary>
public sealed class HostilePeerTests : ProcessTest
{
    private const int Heap = 256;
    private const int Messages = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Clients_that_send_messages_of_100_MB_are_closed_and_others_are_served()
    {
        await using var silo = await LoadedSilo.StartAsync(Heap, cancellationToken: Token);
        var hello = await RawPeer.HelloAsync();
        var sent = await Task.WhenAll(
            Enumerable
                .Range(0, Messages)
                .Select(async _ =>
                {
                    using var peer = await RawPeer.ConnectAsync(silo.GatewayPort, hello);
                    await peer.Stream.WriteAsync(RawPeer.Frame(100, 90_000_000), Token);
                    return await peer.SendAsync(90_000_000, Token);
                })
        );
        Assert.DoesNotContain(true, sent);
        await AssertServesAsync(silo);
    }

    [Fact]
    public async Task Messages_that_never_end_may_hold_a_bounded_part_of_the_memory()
    {
        await using var silo = await LoadedSilo.StartAsync(Heap, cancellationToken: Token);
        var hello = await RawPeer.HelloAsync();
        var peers = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(async _ =>
                {
                    var peer = await RawPeer.ConnectAsync(silo.GatewayPort, hello);
                    await peer.Stream.WriteAsync(RawPeer.Frame(100, 4_200_000), Token);
                    await peer.SendAsync(4_000_000, Token);
                    return peer;
                })
        );
        await AssertServesAsync(silo);
        Assert.Contains("too many bytes of unfinished messages", silo.Output, StringComparison.Ordinal);
        Array.ForEach(peers, p => p.Dispose());
    }

    [Fact]
    public async Task One_address_may_have_its_share_of_the_connections_and_others_still_connect()
    {
        var settings = new Dictionary<string, string> { ["RemoteStore__Silo__MaxConnectionsPerAddress"] = "20" };
        await using var silo = await LoadedSilo.StartAsync(Heap, settings, Token);
        var hello = await RawPeer.HelloAsync();
        foreach (var port in new[] { silo.SiloPort, silo.GatewayPort, silo.HttpPort })
        {
            var peers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RawPeer.ConnectAsync(port)));
            var closed = peers.Select(p => p.ClosedAsync(Token)).ToList();
            for (var i = 0; i < 30; i++)
                closed.Remove(await Task.WhenAny(closed).WaitAsync(Limit, Token));
            Assert.All(closed, c => Assert.False(c.IsCompleted));
            Array.ForEach(peers, p => p.Dispose());
        }

        await AssertServesAsync(silo);
        Assert.True(Count(silo.Output, "too many connections") <= 3, silo.Output);
    }

    /// <summary>With TLS the first byte of such a peer is none of a handshake, or there is none.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peers_that_say_nothing_are_closed_at_every_port(bool tls)
    {
        using var authority = tls ? new TestAuthority(Path.Combine(Folder, "tls")) : null;
        var transfer = FreePortsOf(1)[0];
        var settings = new Dictionary<string, string>
        {
            ["RemoteStore__Silo__HandshakeSeconds"] = "2",
            ["RemoteStore__Silo__TransferPort"] = $"{transfer}",
        };
        if (authority?.Issue("silo") is { } files)
        {
            settings["RemoteStore__Silo__Tls__Certificate"] = files.Certificate!;
            settings["RemoteStore__Silo__Tls__Key"] = files.Key!;
            settings["RemoteStore__Silo__Tls__Authority"] = files.Authority!;
        }

        await using var silo = await LoadedSilo.StartAsync(Heap, settings, Token);
        await Task.WhenAll(
            new[] { silo.SiloPort, silo.GatewayPort, silo.HttpPort, transfer }.Select(async port =>
            {
                using var silent = await RawPeer.ConnectAsync(port);
                using var slow = await RawPeer.ConnectAsync(port);
                await slow.Stream.WriteAsync(Encoding.ASCII.GetBytes("G"), Token);
                await silent.ClosedAsync(Token).WaitAsync(Limit, Token);
                await slow.ClosedAsync(Token).WaitAsync(Limit, Token);
            })
        );
        await AssertServesAsync(silo, authority?.IssueClient("client"));
    }

    [Fact]
    public async Task Garbage_is_logged_at_most_once_a_minute_for_an_address()
    {
        await using var silo = await LoadedSilo.StartAsync(Heap, cancellationToken: Token);
        var hello = await RawPeer.HelloAsync();
        var before = silo.Output.Length;
        for (var i = 0; i < 40; i++)
        {
            using var garbled = await RawPeer.ConnectAsync(silo.GatewayPort, hello);
            // Orleans keeps such a connection; it has read this message when it refuses the next one.
            byte[] message = [.. RawPeer.Frame(60, 40), .. Enumerable.Repeat((byte)0xA5, 100), .. RawPeer.Frame(-1, 1)];
            await garbled.Stream.WriteAsync(message, Token);
            using var random = await RawPeer.ConnectAsync(i % 2 == 0 ? silo.GatewayPort : silo.SiloPort);
            await random.Stream.WriteAsync(Enumerable.Repeat((byte)0x5A, 100).ToArray(), Token);
            using var endless = await RawPeer.ConnectAsync(silo.GatewayPort, hello);
            await endless.Stream.WriteAsync(RawPeer.Frame(-1, 1), Token);
            await Task.WhenAll(garbled.ClosedAsync(Token), random.ClosedAsync(Token), endless.ClosedAsync(Token)).WaitAsync(Limit, Token);
        }

        await AssertServesAsync(silo);
        Assert.InRange(silo.Output.Length - before, 0, 16 * 1024);
    }

    internal static async Task AssertServesAsync(SiloProcess silo, ClusterTlsOptions? tls = null)
    {
        Assert.False(silo.Process.HasExited, silo.Output);
        await using var client = await silo.ConnectAsync(tls, cancellationToken: Token);
        var store = client.GetStore("scratch");
        var path = $"served/{Guid.NewGuid():N}";
        await store.WriteTextAsync(path, "text", cancellationToken: Token);
        Assert.Equal("text", await store.ReadTextAsync(path, cancellationToken: Token));
        Assert.DoesNotContain("OutOfMemory", silo.Output, StringComparison.Ordinal);
    }

    /// <summary>Waits for a line in the silo's log.</summary>
    internal static Task UntilAsync(SiloProcess silo, string text) => silo.Process.LineAsync(text, Token);

    private static int[] FreePortsOf(int count) => [.. Enumerable.Range(0, count).Select(_ => FreePorts.Next())];

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
