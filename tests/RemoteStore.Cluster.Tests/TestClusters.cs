using Orleans.TestingHost;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

internal static class TestClusters
{
    /// <summary>How a client reaches a cluster through some of its silos.</summary>
    internal static RemoteStoreClientOptions ClientOptions(this TestCluster cluster, params IEnumerable<SiloHandle> gateways) =>
        new()
        {
            Gateways = [.. gateways.Select(s => $"{s.GatewayAddress.Endpoint}")],
            ClusterId = cluster.Options.ClusterId,
            ServiceId = cluster.Options.ServiceId,
        };
}
