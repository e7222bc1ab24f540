using System.Net;

namespace RemoteStore.Processes.Tests;

public sealed class RedisTests : ClusterTest
{
    [Fact]
    public async Task Three_silos_join_through_Redis_and_serve_one_store()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        await using var first = await StartSiloAsync(redis);
        await using var second = await StartSiloAsync(redis);
        await using var third = await StartSiloAsync(redis);
        await using var writer = await first.ConnectAsync(Token);
        await using var reader = await third.ConnectAsync(Token);

        Assert.Equal(3, await ActiveSilosAsync(first));
        for (var i = 0; i < 20; i++)
        {
            await writer.GetStore("main").WriteAsync($"a/{i}", Bytes(i), cancellationToken: Token);
            Assert.Equal(Bytes(i), await reader.GetStore("main").ReadBytesAsync($"a/{i}", cancellationToken: Token));
        }

        second.Send(Signal.Terminate);
        Assert.Equal(0, await second.ExitAsync(Token));
        Assert.Equal(2, await ActiveSilosAsync(first));
        for (var i = 0; i < 20; i++)
            Assert.Equal(Bytes(i), await reader.GetStore("main").ReadBytesAsync($"a/{i}", cancellationToken: Token));
    }

    [Fact]
    public async Task Readiness_reports_each_store_and_liveness_of_none()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        string[] broken =
        [
            "--RemoteStore:Backends:bad:Type=local",
            $"--RemoteStore:Backends:bad:Root={Folder}/file/below",
            "--RemoteStore:Backends:bad:CreateRoot=false",
            "--RemoteStore:Stores:ill:Backend=bad",
            "--RemoteStore:Silo:Stores:ill:SharedAcrossSilos=true",
        ];
        await using var silo = await StartSiloAsync(redis, broken);

        var (status, body) = await HealthAsync(silo, "ready");
        Assert.Equal((HttpStatusCode.OK, "Degraded"), (status, body.GetProperty("status").GetString()));
        var checks = body.GetProperty("checks");
        Assert.Equal("Healthy", checks.GetProperty("membership").GetProperty("status").GetString());
        Assert.Equal("ok", checks.GetProperty("stores").GetProperty("stores").GetProperty("main").GetString());
        Assert.NotEqual("ok", checks.GetProperty("stores").GetProperty("stores").GetProperty("ill").GetString());
        Assert.Equal(HttpStatusCode.OK, (await HealthAsync(silo, "live")).Status);
    }
}
