using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

public sealed class PayloadTests(ClusterFixture cluster)
{
    private static readonly Serializer Serializer = new ServiceCollection()
        .AddSerializer(b => b.AddAssembly(typeof(Payload).Assembly))
        .BuildServiceProvider()
        .GetRequiredService<Serializer>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_payload_is_sent_once_and_disposed_any_number_of_times()
    {
        var payload = Payload.CopyOf("hello"u8);
        var wire = Serializer.SerializeToArray(payload);
        Assert.Throws<ObjectDisposedException>(() => payload.Memory);
        var again = Record.Exception(() => Serializer.SerializeToArray(payload));
        var typed = Assert.IsType<BackendUnavailableException>(ClusterErrors.Translate(again!, "some/path", "the store"));
        Assert.Equal((true, false, "some/path"), (ClusterErrors.IsPassing(typed), typed.RefusedBeforeExecution, typed.Path));
        payload.Dispose();

        var arrived = Serializer.Deserialize<Payload>(wire)!;
        Assert.Equal("hello"u8, arrived.Memory.Span);
        arrived.Dispose();
        arrived.Dispose();
        Assert.Throws<ObjectDisposedException>(() => arrived.Memory);
    }

    [Fact]
    public void Null_and_empty_payloads_arrive_and_bytes_of_a_cache_stay_its_own()
    {
        Assert.Null(Serializer.Deserialize<ReadReply>(Serializer.SerializeToArray(new ReadReply { File = new WireFile() }))!.Content);
        Assert.Equal(0, Serializer.Deserialize<Payload>(Serializer.SerializeToArray(Payload.CopyOf([])))!.Length);
        var cached = "cached"u8.ToArray();
        for (var i = 0; i < 3; i++)
            Assert.Equal(
                cached,
                Serializer.Deserialize<Payload>(Serializer.SerializeToArray(Payload.FromUnowned(cached)))!.Memory.ToArray()
            );
        Assert.Throws<ArgumentOutOfRangeException>(() => Payload.FromUnowned(new byte[Payload.MaxLength + 1]));
    }

    [Fact]
    public async Task Bytes_never_mix_however_many_are_in_flight()
    {
        var name = ClusterFixture.NewStore(options: new SiloStoreOptions { CacheLimit = 1000 });
        await Task.WhenAll(
            Enumerable
                .Range(0, 24)
                .Select(async worker =>
                {
                    var random = new Random(worker);
                    for (var i = 0; i < 20; i++)
                    {
                        var bytes = new byte[random.Next(1, 60_000)];
                        random.NextBytes(bytes);
                        var path = $"w{worker}/f{i % 3}";
                        await cluster.Open(name, worker + i).WriteAsync(path, bytes, WriteOptions.Replace, Token);
                        var got = await cluster.Open(name, worker).ReadBytesAsync(path, cancellationToken: Token);
                        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(got));
                    }
                })
        );
    }

    [Fact]
    public async Task Within_a_silo_bytes_are_handed_over_unharmed()
    {
        var name = ClusterFixture.NewStore();
        var results = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => cluster.Clients[i % 3].Cluster.GetGrain<ITurnGrain>(Guid.NewGuid()).Exercise(name, i))
        );
        Assert.All(results, Assert.Null);
    }

    [Fact]
    public async Task A_sync_store_is_refused_in_a_turn()
    {
        var name = ClusterFixture.NewStore();
        var message = await cluster.Clients[0].Cluster.GetGrain<ITurnGrain>(Guid.NewGuid()).ReadSynchronously(name);
        Assert.Contains(nameof(AsyncStore), message, StringComparison.Ordinal);
    }
}
