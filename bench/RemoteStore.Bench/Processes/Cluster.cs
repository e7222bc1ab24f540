using RemoteStore.Client;

namespace RemoteStore.Bench;

/// <summary>The real silo and the floor, each in a process of its own, and clients of both in this one.</summary>
internal sealed class Cluster : IDisposable
{
    internal Cluster(BenchFolder folder, bool bulk = true, bool smallHeap = false)
    {
        SiloProcess = ChildProcess.Silo(folder.Path, smallHeap);
        FloorProcess = ChildProcess.Floor(folder.At("large"), smallHeap);
        Client = ConnectAsync(SiloProcess.Gateway, bulk).GetAwaiter().GetResult();
        Floor = new FloorClient(FloorProcess);
    }

    internal ChildProcess SiloProcess { get; }

    internal ChildProcess FloorProcess { get; }

    internal RemoteStoreClient Client { get; }

    internal FloorClient Floor { get; }

    /// <summary>The store over a local folder.</summary>
    internal ClusterBackend Disk => Client.GetBackend("main");

    /// <summary>The store over memory.</summary>
    internal ClusterBackend Memory => Client.GetBackend("mem");

    internal static Task<RemoteStoreClient> ConnectAsync(string gateway, bool bulk)
    {
        var options = RemoteStoreClientOptions.For(gateway);
        options.BulkConnection = bulk;
        return RemoteStoreClient.ConnectAsync(options);
    }

    public void Dispose()
    {
        Floor.Dispose();
        Client.DisposeAsync().AsTask().Wait();
        FloorProcess.Dispose();
        SiloProcess.Dispose();
    }
}
