using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

/// <summary>The active silos, as a client is informed of them when it connects.</summary>
internal static class ActiveSilos
{
    internal static async Task<int> CountAsync(Func<Task<RemoteStoreClient>> connect)
    {
        await using var client = await connect();
        // The client counts itself, with port 0.
        return client
            .Cluster.ServiceProvider.GetRequiredService<IClusterManifestProvider>()
            .Current.Silos.Keys.Count(s => s.Endpoint.Port != IPEndPoint.MinPort);
    }
}
