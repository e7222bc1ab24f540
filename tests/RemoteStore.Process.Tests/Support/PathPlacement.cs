using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Placement;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>Gives paths an owner at a certain silo: placement alone may leave it without any.</summary>
internal static class PathPlacement
{
    internal static async Task GiveAsync(
        RemoteStoreClient client,
        IPEndPoint silo,
        IEnumerable<string> keys,
        CancellationToken cancellationToken
    )
    {
        var silos = client.Cluster.ServiceProvider.GetRequiredService<IClusterManifestProvider>().Current.Silos;
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silos.Keys.Single(h => h.Endpoint.Equals(silo)));
        foreach (var key in keys)
            await client.Cluster.GetGrain<IPathGrain>(GrainKeys.Path("main", key)).Kind(cancellationToken);
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
    }
}
