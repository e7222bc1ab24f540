using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>The port for large uploads of real silos.</summary>
public sealed class DirectUploadTests : ClusterTest
{
    private const int Size = 3 << 20;

    [Fact]
    public async Task Large_uploads_use_it_and_small_ones_do_not()
    {
        using var ports = new RequestPorts();
        var port = FreePorts.Next();
        await using var silo = await SiloProcess.StartReadyAsync(
            ["--data", Folder, "--transfer-port", $"{port}"],
            cancellationToken: Token
        );
        await using var client = await silo.ConnectAsync(Token);
        var store = client.GetStore("main");
        await store.WriteAsync("small", Bytes(300_000), cancellationToken: Token);
        Assert.Equal(0, ports.Of(port));
        await store.WriteAsync("big", Bytes(Size), cancellationToken: Token);
        await using (var writer = await store.OpenAtomicAsync("unknown", cancellationToken: Token))
        {
            await writer.WriteAsync(Bytes(Size), Token);
            await writer.CommitAsync(Token);
        }

        Assert.Equal(2, ports.Of(port));
        foreach (var (name, size) in new[] { ("small", 300_000), ("big", Size), ("unknown", Size) })
            Assert.Equal(Bytes(size), await File.ReadAllBytesAsync(Path.Combine(Folder, name), Token));
        Assert.Equal(3, Directory.EnumerateFiles(Folder).Count());
    }

    [Fact]
    public async Task A_silo_may_offer_none()
    {
        await using var silo = await SiloProcess.StartReadyAsync(
            ["--data", Folder, "--RemoteStore:Silo:DirectTransfers=false"],
            cancellationToken: Token
        );
        await using var client = await silo.ConnectAsync(Token);
        var grain = client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
        var request = new UploadRequest
        {
            Store = "main",
            Key = "f",
            Options = WireWriteOptions.From(WriteOptions.Default),
        };
        Assert.Null((await grain.Begin(request, Token)).Direct);
        await grain.Close(keep: false);
        await client.GetStore("main").WriteAsync("big", Bytes(Size), cancellationToken: Token);
        Assert.Equal(Bytes(Size), await File.ReadAllBytesAsync(Path.Combine(Folder, "big"), Token));
    }

    [Fact]
    public async Task A_silo_that_stops_in_the_middle_loses_nothing()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var staying = await StartSiloAsync(redis);
        await using var stopping = await StartSiloAsync(redis, "--RemoteStore:Silo:ShutdownSeconds=3");
        await using var client = await RemoteStoreClient.ConnectAsync(
            new RemoteStoreClientOptions { Gateways = [stopping.Gateway, staying.Gateway] },
            Token
        );
        // Half of them are at the silo that stops, for gateways take turns; and of the others it knows the place of
        // some in the directory of grains.
        const int uploads = 16;
        var writers = new List<AsyncAtomicWriter>();
        for (var i = 0; i < uploads; i++)
        {
            writers.Add(await client.GetStore("main").OpenAtomicAsync($"{i}", cancellationToken: Token));
            await writers[i].WriteAsync(Bytes(Size).AsMemory(0, Size / 2), Token);
        }

        stopping.Send(Signal.Terminate);
        Assert.Equal(0, await stopping.ExitAsync(Token));
        Assert.Contains("transfers that did not complete in time", stopping.Output, StringComparison.Ordinal);
        for (var i = 0; i < uploads; i++)
        {
            await writers[i].WriteAsync(Bytes(Size).AsMemory(Size / 2), Token);
            await writers[i].CommitAsync(Token);
            await writers[i].DisposeAsync();
            Assert.Equal(Bytes(Size), await File.ReadAllBytesAsync(Path.Combine(Folder, $"{i}"), Token));
        }
    }
}
