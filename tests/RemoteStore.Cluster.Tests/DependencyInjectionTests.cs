using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

public sealed class DependencyInjectionTests(ClusterFixture cluster)
{
    [Fact]
    public async Task An_application_asks_for_a_store_by_its_name()
    {
        var token = TestContext.Current.CancellationToken;
        var options = cluster.Options(0);
        var port = options.Gateways[0].Split(':')[1];
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddRemoteStoreClient(o =>
        {
            o.Gateways.Clear();
            o.Gateways.Add($"localhost:{port}");
            (o.ClusterId, o.ServiceId) = (options.ClusterId, options.ServiceId);
        });
        using var app = builder.Build();
        await app.StartAsync(token);

        var store = app.Services.GetRequiredKeyedService<AsyncStore>(ClusterFixture.NewStore());
        await store.WriteTextAsync("report.csv", "a,b", cancellationToken: token);
        Assert.Equal("a,b", await store.ReadTextAsync("report.csv", cancellationToken: token));
        await app.StopAsync(token);
    }

    [Theory]
    [InlineData("no-port")]
    [InlineData("host:0")]
    [InlineData("host:x")]
    public void A_gateway_that_is_none_is_reported_when_the_client_is_added(string gateway) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddRemoteStoreClient(o => o.Gateways.Add(gateway)));

    [Fact]
    public async Task A_name_that_nobody_knows_is_an_unavailable_cluster()
    {
        var options = new RemoteStoreClientOptions { Gateways = ["no-such-host.invalid:30000"], ConnectTimeout = TimeSpan.FromSeconds(3) };
        await Assert.ThrowsAsync<BackendUnavailableException>(() =>
            RemoteStoreClient.ConnectAsync(options, TestContext.Current.CancellationToken)
        );
    }
}
