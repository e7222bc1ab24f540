using System.Net;
using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

/// <summary>SIGTERM: not ready at once, new transfers elsewhere, running ones end, exit code 0.</summary>
public sealed class StopTests : ClusterTest
{
    private const int Size = 3 << 20;

    [Fact]
    public async Task A_stopping_silo_lets_transfers_end_and_takes_no_new_ones()
    {
        await using var silo = await SiloProcess.StartReadyAsync(["--data", Folder], cancellationToken: Token);
        // No other silo will take what this one refuses, so nothing is gained by asking again.
        await using var client = await RemoteStoreClient.ConnectAsync(
            new RemoteStoreClientOptions { Gateways = [silo.Gateway], OperationTimeout = TimeSpan.FromMilliseconds(1) },
            Token
        );
        var store = client.GetStore("main");
        await using var upload = await store.OpenAtomicAsync("big", cancellationToken: Token);
        await upload.WriteAsync(Bytes(Size).AsMemory(0, Size / 2), Token);

        silo.Send(Signal.Terminate);
        await silo.Process.LineAsync("for 1 running transfers", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await HealthAsync(silo, "ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await HealthAsync(silo, "live")).Status);
        var refused = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await store.OpenAtomicAsync("late", cancellationToken: Token)
        );
        Assert.Equal(ErrorCodes.SiloStopping, refused.Code);

        await upload.WriteAsync(Bytes(Size).AsMemory(Size / 2), Token);
        await upload.CommitAsync(Token);
        Assert.Equal(0, await silo.ExitAsync(Token));
        Assert.Equal(Bytes(Size), await File.ReadAllBytesAsync(Path.Combine(Folder, "big"), Token));
    }

    [Fact]
    public async Task A_transfer_that_never_ends_does_not_hold_the_silo()
    {
        await using var silo = await SiloProcess.StartReadyAsync(
            ["--data", Folder, "--RemoteStore:Silo:ShutdownSeconds=3"],
            cancellationToken: Token
        );
        await using var client = await silo.ConnectAsync(Token);
        await using var upload = await client.GetStore("main").OpenAtomicAsync("big", cancellationToken: Token);
        await upload.WriteAsync(Bytes(Size), Token);

        silo.Send(Signal.Terminate);
        Assert.Equal(0, await silo.ExitAsync(Token));
        Assert.Contains("interrupting 1 transfers that did not complete in time", silo.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Folder, "big")));
    }

    [Fact]
    public async Task New_transfers_move_to_another_silo_while_one_stops()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var stopping = await StartSiloAsync(redis);
        await using var staying = await StartSiloAsync(redis);
        await using var client = await stopping.ConnectAsync(Token);
        await using var other = await staying.ConnectAsync(Token);
        var store = client.GetStore("main");
        await store.WriteAsync("seen", Bytes(Size), cancellationToken: Token);
        await using var running = await store.OpenAtomicAsync("running", cancellationToken: Token);
        await running.WriteAsync(Bytes(Size).AsMemory(0, Size / 2), Token);

        stopping.Send(Signal.Terminate);
        await stopping.Process.LineAsync("for 1 running transfers", Token);
        await store.WriteAsync("moved", Bytes(Size), cancellationToken: Token);
        Assert.Equal(Bytes(Size), await store.ReadBytesAsync("seen", cancellationToken: Token));
        await running.WriteAsync(Bytes(Size).AsMemory(Size / 2), Token);
        await running.CommitAsync(Token);

        Assert.Equal(0, await stopping.ExitAsync(Token));
        foreach (var name in new[] { "moved", "running", "seen" })
            Assert.Equal(Bytes(Size), await other.GetStore("main").ReadBytesAsync(name, cancellationToken: Token));
    }

    [Fact]
    public async Task A_call_that_runs_through_a_gateway_that_stops_gets_its_answer()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var staying = await StartSiloAsync(redis);
        await using var stopping = await StartSiloAsync(redis);
        await using var other = await staying.ConnectAsync(Token);
        await PathPlacement.GiveAsync(other, new IPEndPoint(IPAddress.Loopback, staying.SiloPort), ["f"], Token);
        // Tried once, so that a lost answer is seen.
        await using var client = await RemoteStoreClient.ConnectAsync(
            new RemoteStoreClientOptions { Gateways = [stopping.Gateway], OperationTimeout = TimeSpan.FromMilliseconds(1) },
            Token
        );
        var store = client.GetStore("main");
        await store.ExistsAsync("f", Token);

        // The owner is frozen for longer than a stop takes that waits for nothing, and shorter than the time that clients are given.
        staying.Send(Signal.Stop);
        var write = store.WriteTextAsync("f", "mine", cancellationToken: Token);
        stopping.Send(Signal.Terminate);
        await Task.Delay(TimeSpan.FromSeconds(1.5), Token);
        staying.Send(Signal.Continue);
        await write;
        Assert.Equal(0, await stopping.ExitAsync(Token));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Folder, "f"), Token));
    }
}
