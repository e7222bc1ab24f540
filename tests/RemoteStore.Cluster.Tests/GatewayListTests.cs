using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Messaging;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

public sealed class GatewayListTests
{
    [Fact]
    public async Task A_gateway_that_takes_no_connection_is_left_out_while_another_does()
    {
        using var first = Listen();
        using var second = Listen();
        int[] all = [Port(first), Port(second)];
        await using var services = new ServiceCollection().AddRemoteStoreClient(o => Set(o, all)).BuildServiceProvider();
        var gateways = services.GetRequiredService<IGatewayListProvider>();

        Assert.Equal(all, await PortsAsync(gateways));
        Assert.Equal(all, await PortsAsync(gateways));
        second.Stop();
        Assert.Equal([all[0]], await PortsAsync(gateways));
        first.Stop();
        Assert.Equal(all, await PortsAsync(gateways));
    }

    [Fact]
    public async Task A_name_that_nobody_knows_leaves_the_other_gateways()
    {
        int[] known = [30_001];
        await using var services = new ServiceCollection()
            .AddRemoteStoreClient(o =>
            {
                Set(o, known);
                o.Gateways.Insert(0, "no-such-host.invalid:30000");
                o.Gateways.Add("nor-this-one.invalid:30000");
            })
            .BuildServiceProvider();
        Assert.Equal(known, await PortsAsync(services.GetRequiredService<IGatewayListProvider>()));
    }

    private static void Set(RemoteStoreClientOptions options, int[] ports)
    {
        options.Gateways.Clear();
        foreach (var port in ports)
            options.Gateways.Add($"127.0.0.1:{port}");
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task<int[]> PortsAsync(IGatewayListProvider gateways) => [.. (await gateways.GetGateways()).Select(g => g.Port)];
}
