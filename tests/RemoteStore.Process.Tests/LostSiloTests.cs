using RemoteStore.Client;

namespace RemoteStore.Processes.Tests;

/// <summary>kill -9 of the silo that carries a transfer: the other one resumes it, over the same folder.</summary>
public sealed class LostSiloTests : ClusterTest
{
    private const int Size = 64 << 20;

    [Fact]
    public async Task An_upload_continues_and_is_published_whole()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var first = await StartSiloAsync(redis);
        await using var second = await StartSiloAsync(redis);
        await using var client = await ConnectAsync(first, second);
        var store = client.GetStore("main");
        await using var writer = await store.OpenAtomicAsync("big", cancellationToken: Token);
        await writer.WriteAsync(Bytes(Size).AsMemory(0, Size / 3), Token);

        await using var other = await KillCarrierAsync(first, second, ".~tmp.");
        await writer.WriteAsync(Bytes(Size).AsMemory(Size / 3), Token);
        Assert.Equal(Size, (await writer.CommitAsync(Token)).Size);
        Assert.Equal(Bytes(Size), await File.ReadAllBytesAsync(Path.Combine(Folder, "big"), Token));
        Assert.Equal(["big"], Directory.EnumerateFiles(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_download_continues_with_the_same_bytes()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var first = await StartSiloAsync(redis);
        await using var second = await StartSiloAsync(redis);
        await using var client = await ConnectAsync(first, second);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "big"), Bytes(Size), Token);
        await using var read = await client.GetStore("main").ReadAsync("big", cancellationToken: Token);
        var got = new byte[Size];
        await read.ReadExactlyAsync(got.AsMemory(0, Size / 3), Token);

        await using var other = await KillCarrierAsync(first, second, "big");
        await read.ReadExactlyAsync(got.AsMemory(Size / 3), Token);
        Assert.Equal(Bytes(Size), got);
    }

    private static Task<RemoteStoreClient> ConnectAsync(SiloProcess first, SiloProcess second) =>
        RemoteStoreClient.ConnectAsync(new RemoteStoreClientOptions { Gateways = [first.Gateway, second.Gateway] }, Token);

    /// <summary>Kills the silo that has a file of that name open.</summary>
    /// <returns>A client of the other one, which has noticed.</returns>
    private static async Task<RemoteStoreClient> KillCarrierAsync(SiloProcess first, SiloProcess second, string name)
    {
        var (carrier, other) = HasOpen(first.Id, name) ? (first, second) : (second, first);
        Assert.True(HasOpen(carrier.Id, name), "No silo has the file open.");
        carrier.Send(Signal.Kill);
        await carrier.ExitAsync(Token);
        var client = await other.ConnectAsync(Token);
        await UntilActiveAsync(other, 1);
        return client;
    }

    private static bool HasOpen(int process, string name) =>
        new DirectoryInfo($"/proc/{process}/fd")
            .EnumerateFileSystemInfos()
            .Any(f => f.LinkTarget is { } target && Path.GetFileName(target).StartsWith(name, StringComparison.Ordinal));
}
