using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>One silo with small limits and shares for each client, for this class alone.</summary>
public sealed class SharedSilo : IAsyncLifetime
{
    private TestCluster? _cluster;

    public TestCluster Cluster => _cluster!;

    public RemoteStoreClient First { get; private set; } = null!;

    public RemoteStoreClient Second { get; private set; } = null!;

    internal RunningTransfers Running => Services.GetRequiredService<RunningTransfers>();

    internal IServiceProvider Services => ((InProcessSiloHandle)_cluster!.Primary!).SiloHost.Services;

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(1);
        builder.Options.ConnectionTransport = ConnectionTransportType.TcpSocket;
        builder.AddSiloBuilderConfigurator<Silo>();
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        First = await ConnectAsync();
        Second = await ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await _cluster!.DisposeAsync();
    }

    private Task<RemoteStoreClient> ConnectAsync()
    {
        var options = _cluster!.ClientOptions(_cluster!.Primary!);
        options.OperationTimeout = TimeSpan.FromMilliseconds(1);
        return RemoteStoreClient.ConnectAsync(options);
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) =>
            siloBuilder
                .AddRemoteStoreGrains(ClusterFixture.Shared)
                .Configure<SiloLimits>(l =>
                {
                    l.MaxTransfers = 8;
                    l.MaxTransferBytes = 16 * 1024 * 1024;
                });
    }
}

/// <summary>What fills the memory of a silo is counted and refused, for each path, client and store.</summary>
public sealed class LoadTests(SharedSilo silo) : IClassFixture<SharedSilo>
{
    private const int Inline = 256 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_above_the_inline_limit_is_refused_and_counted()
    {
        var name = ClusterFixture.NewStore();
        using var counted = new MeterListener();
        var stores = new ConcurrentBag<object?>();
        counted.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "remotestore.inline.refused")
                listener.EnableMeasurementEvents(instrument);
        };
        counted.SetMeasurementEventCallback<long>((_, _, tags, _) => stores.Add(tags[0].Value));
        counted.Start();
        var error = await Assert.ThrowsAsync<RemoteStoreException>(() => WriteAsync(name, "f", TransferDefaults.InlineLimit + 1));
        Assert.Equal((ErrorCodes.InlineLimitExceeded, true), (error.Code, error.RefusedBeforeExecution));
        await WriteAsync(name, "f", TransferDefaults.InlineLimit);
        Assert.Single(stores, name);
    }

    [Fact]
    public async Task Writes_that_wait_hold_bounded_bytes_and_give_them_back()
    {
        HangingBackend? hanging = null;
        var name = ClusterFixture.NewStore(
            n => hanging = new HangingBackend(new AsyncMemoryBackend(n)),
            new SiloStoreOptions { InlineLimit = Inline }
        );
        var calls = Enumerable
            .Range(0, 8)
            .SelectMany(p =>
                Enumerable
                    .Range(0, 20)
                    .Select(i =>
                        Record.ExceptionAsync(() => WriteAsync(i % 2 == 0 ? silo.First : silo.Second, name, $"f{p}", Inline)).AsTask()
                    )
            )
            .ToList();
        var refused = await RefusedAsync(calls, 160 - 64);
        Assert.Equal(ErrorCodes.SiloFull, Assert.IsType<BackendUnavailableException>(refused).Code);
        Assert.InRange(silo.Running.Bytes, 1, silo.Running.Limits.MaxTransferBytes);
        hanging!.Release();
        var ends = await Task.WhenAll(calls);
        Assert.All(ends.OfType<Exception>(), e => Assert.True(((RemoteStoreException)e).RefusedBeforeExecution));
        Assert.InRange(ends.Count(e => e is null), 8, 64);
        Assert.Equal(0, silo.Running.Bytes);
    }

    [Fact]
    public async Task One_path_leaves_room_for_the_writes_of_others()
    {
        HangingBackend? hanging = null;
        var name = ClusterFixture.NewStore(
            n => hanging = new HangingBackend(new AsyncMemoryBackend(n)),
            new SiloStoreOptions { InlineLimit = Inline }
        );
        var calls = Enumerable.Range(0, 100).Select(_ => Record.ExceptionAsync(() => WriteAsync(name, "locked", Inline)).AsTask()).ToList();
        var refused = await RefusedAsync(calls, 100 - 17);
        Assert.Equal(ErrorCodes.SiloFull, Assert.IsType<BackendUnavailableException>(refused).Code);
        await WriteAsync(silo.Second, name, HangingBackend.Spared, Inline);
        hanging!.Release();
        Assert.InRange((await Task.WhenAll(calls)).Count(e => e is null), 16, 17);
    }

    [Fact]
    public async Task One_client_has_its_share_of_the_held_bytes_and_another_one_is_served()
    {
        HangingBackend? hanging = null;
        var name = ClusterFixture.NewStore(
            n => hanging = new HangingBackend(new AsyncMemoryBackend(n)),
            new SiloStoreOptions { InlineLimit = Inline }
        );
        var calls = Enumerable.Range(0, 40).Select(i => Record.ExceptionAsync(() => WriteAsync(name, $"f{i}", Inline)).AsTask()).ToList();
        var refused = Assert.IsType<BackendUnavailableException>(await RefusedAsync(calls, 40 - 16));
        Assert.Equal(ErrorCodes.SiloFull, refused.Code);
        Assert.Contains("share", refused.Message, StringComparison.Ordinal);
        await WriteAsync(silo.Second, name, HangingBackend.Spared, Inline);
        hanging!.Release();
        Assert.InRange((await Task.WhenAll(calls)).Count(e => e is null), 16, 16);
        await WriteAsync(name, "f0", Inline);
    }

    [Fact]
    public async Task One_client_has_its_share_of_the_transfers_and_another_one_is_served()
    {
        var name = ClusterFixture.NewStore();
        var open = new List<IUploadGrain>();
        for (var i = 0; i < 2; i++)
            open.Add(await BeginAsync(silo.First, name, $"f{i}"));
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => BeginAsync(silo.First, name, "more"));
        Assert.Equal(ErrorCodes.SiloFull, error.Code);
        open.Add(await BeginAsync(silo.Second, name, "other"));
        foreach (var upload in open)
            await upload.Close(keep: false);
        await (await BeginAsync(silo.First, name, "more")).Close(keep: false);
    }

    [Fact]
    public async Task Staged_bytes_above_the_quota_of_the_store_are_refused_and_come_free()
    {
        var name = ClusterFixture.NewStore(null, new SiloStoreOptions { StagedQuota = 1_000_000 });
        var store = silo.First.GetStore(name);
        await Assert.ThrowsAsync<BackendUnavailableException>(() => store.WriteAsync("f", new byte[1_500_000], cancellationToken: Token));
        var kept = await KeepAsync(name, "k", 700_000);
        Assert.Equal(700_000, ClusterFixture.StoreOf(name).Staged.Used);
        await Assert.ThrowsAsync<BackendUnavailableException>(() => store.WriteAsync("f", new byte[600_000], cancellationToken: Token));
        await silo
            .First.Cluster.GetGrain<IPathGrain>(GrainKeys.Path(name, "k"))
            .CommitUpload(kept, WireWriteOptions.From(WriteOptions.Replace), Token);
        Assert.Equal(0, ClusterFixture.StoreOf(name).Staged.Used);
        await store.WriteAsync("f", new byte[900_000], cancellationToken: Token);
    }

    [Fact]
    public async Task A_listing_that_is_too_large_for_a_message_comes_in_shorter_parts()
    {
        const int Files = 2_000;
        AsyncMemoryBackend? backend = null;
        var name = ClusterFixture.NewStore(n => backend = new AsyncMemoryBackend(n));
        var options = new WriteOptions { Metadata = new Dictionary<string, string> { ["note"] = new string('x', 1900) } };
        for (var i = 0; i < Files; i++)
            await backend!.WriteAsync($"d/{i:D5}", new byte[1], options, Token);
        var request = ListRequest.From("d", new ListOptions { PageSize = 10_000 }, null);
        var first = await silo.First.Cluster.GetGrain<IStoreGrain>(name).ListPage(request, Token);
        Assert.InRange(first.Entries.Length, 1, 1_000);
        Assert.Equal(
            Files,
            await silo.First.GetStore(name).ListFilesAsync("d", new ListOptions { PageSize = 10_000 }, Token).CountAsync(Token)
        );
    }

    [Fact]
    public async Task An_idle_owner_stays_while_its_caller_may_repeat_a_call()
    {
        var name = ClusterFixture.NewStore();
        var (patient, brief) = (Operation(TimeSpan.FromMinutes(5)), Operation(TimeSpan.FromSeconds(30)));
        await WriteAsync(name, "patient", 1);
        await WriteAsync(name, "brief", 1);
        await DeleteAsync(name, "patient", patient);
        await DeleteAsync(name, "brief", brief);
        await CollectAsync();
        await DeleteAsync(name, "patient", patient with { IsRetry = true });
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => DeleteAsync(name, "brief", brief with { IsRetry = true }));
        Assert.Equal(ErrorCodes.OutcomeUnknown, error.Code);
    }

    [Fact]
    public async Task A_creation_is_not_repeated_after_its_owner_has_left_with_a_deletion()
    {
        var name = ClusterFixture.NewStore();
        var creation = Operation(TimeSpan.FromSeconds(30));
        await CreateAsync(name, creation);
        await DeleteAsync(name, "f", Operation(TimeSpan.FromSeconds(30)));
        await CollectAsync();
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => CreateAsync(name, creation with { IsRetry = true }));
        Assert.Equal(ErrorCodes.OutcomeUnknown, error.Code);
        Assert.False(await silo.First.GetStore(name).ExistsAsync("f", Token));
    }

    [Fact]
    public void Orleans_has_the_limits_of_messages_and_of_idle_owners()
    {
        var messages = silo.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<SiloMessagingOptions>>().Value;
        Assert.Equal((32 * 1024 * 1024, 256 * 1024), (messages.MaxMessageBodySize, messages.MaxMessageHeaderSize));
        var owners = silo.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<GrainCollectionOptions>>().Value;
        Assert.Equal(TimeSpan.FromSeconds(70), owners.ClassSpecificCollectionAge[typeof(PathGrain).FullName!]);
        Assert.True(owners is { EnableActivationSheddingOnMemoryPressure: true, MemoryUsageLimitPercentage: 70 });
    }

    /// <summary>Waits until that many calls have ended.</summary>
    private static async Task<Exception?> RefusedAsync(List<Task<Exception?>> calls, int count)
    {
        for (
            var running = calls.Where(c => !c.IsCompleted).ToList();
            calls.Count - running.Count < count;
            running = [.. calls.Where(c => !c.IsCompleted)]
        )
            await Task.WhenAny(running);
        return await calls.First(c => c.IsCompleted);
    }

    private Task WriteAsync(string store, string key, int count) => WriteAsync(silo.First, store, key, count);

    private static async Task WriteAsync(RemoteStoreClient client, string store, string key, int count) =>
        await client
            .Cluster.GetGrain<IPathGrain>(GrainKeys.Path(store, key))
            .Write(WireWriteOptions.From(WriteOptions.Replace), Payload.CopyOf(new byte[count]), atomic: true, Token);

    private async Task CreateAsync(string store, WireOperation operation) =>
        await silo
            .First.Cluster.GetGrain<IPathGrain>(GrainKeys.Path(store, "f"))
            .Write(WireWriteOptions.From(WriteOptions.CreateOnly, operation), Payload.CopyOf(new byte[1]), atomic: true, Token);

    private async Task DeleteAsync(string store, string key, WireOperation operation) =>
        await silo
            .First.Cluster.GetGrain<IPathGrain>(GrainKeys.Path(store, key))
            .Delete(new DeleteRequest { Operation = operation }, Token);

    /// <summary>Collects all idle grains that do not delay it.</summary>
    private Task CollectAsync() => silo.First.Cluster.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    private static WireOperation Operation(TimeSpan end)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new WireOperation
        {
            Id = Guid.NewGuid(),
            Began = now,
            Deadline = now.AddSeconds(15),
            End = now + end,
        };
    }

    private async Task<string> KeepAsync(string store, string key, int count)
    {
        var upload = await BeginAsync(silo.First, store, key);
        var hash = new TransferHash();
        for (var (left, number) = (count, 0); left > 0; number++)
        {
            var chunk = new byte[Math.Min(left, TransferDefaults.ChunkSize)];
            hash.Append(chunk);
            await upload.WriteChunk(number, Payload.CopyOf(chunk), Token);
            left -= chunk.Length;
        }

        var token = await upload.Finish(
            new UploadSummary
            {
                Length = count,
                Hash = hash.Current,
                Keep = true,
            },
            Token
        );
        await upload.Close(keep: true);
        return token;
    }

    private static async Task<IUploadGrain> BeginAsync(RemoteStoreClient client, string store, string key)
    {
        var upload = client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
        await upload.Begin(
            new UploadRequest
            {
                Store = store,
                Key = key,
                Options = WireWriteOptions.From(WriteOptions.Replace),
            },
            Token
        );
        return upload;
    }
}
