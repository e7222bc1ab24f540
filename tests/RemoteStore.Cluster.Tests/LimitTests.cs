using Orleans.TestingHost;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>One silo with small limits, for this class alone.</summary>
public sealed class LimitedSilo : IAsyncLifetime
{
    internal const int Transfers = 3;
    internal const int Waiting = 8;
    private TestCluster? _cluster;

    public RemoteStoreClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(1);
        builder.Options.ConnectionTransport = ConnectionTransportType.TcpSocket;
        builder.AddSiloBuilderConfigurator<Silo>();
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        Client = await RemoteStoreClient.ConnectAsync(_cluster.ClientOptions(_cluster.Primary!));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) =>
            siloBuilder
                .AddRemoteStoreGrains(ClusterFixture.Shared)
                .Configure<SiloLimits>(l =>
                {
                    l.MaxTransfers = Transfers;
                    l.MaxTransferBytes = 32 * 1024 * 1024;
                    l.MaxWaitingPerPath = Waiting;
                    l.ClientSharePercent = 100;
                });
    }
}

public sealed class LimitTests(LimitedSilo silo) : IClassFixture<LimitedSilo>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silo_full_of_transfers_refuses_at_once_and_a_client_waits()
    {
        var name = ClusterFixture.NewStore();
        var store = silo.Client.GetStore(name);
        var open = new List<AsyncAtomicWriter>();
        for (var i = 0; i < LimitedSilo.Transfers; i++)
            open.Add(await store.OpenAtomicAsync($"f{i}", cancellationToken: Token));

        AssertRefused(
            await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
                await BeginAsync(
                    name,
                    new UploadRequest
                    {
                        Store = name,
                        Key = "late",
                        Options = WireWriteOptions.From(WriteOptions.Default),
                    }
                )
            )
        );
        var waiting = store.WriteAsync("late", new byte[300_000], cancellationToken: Token);
        Assert.False(waiting.IsCompleted);
        foreach (var writer in open)
            await writer.DisposeAsync();
        Assert.Equal(300_000, (await waiting).Size);
    }

    [Fact]
    public async Task A_transfer_that_wants_too_many_bytes_is_refused()
    {
        var name = ClusterFixture.NewStore();
        AssertRefused(
            await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
                await BeginAsync(
                    name,
                    new UploadRequest
                    {
                        Store = name,
                        Key = "f",
                        Options = WireWriteOptions.From(WriteOptions.Default),
                        ChunkSize = Payload.MaxLength,
                        Window = TransferDefaults.MaxWindow,
                    }
                )
            )
        );
    }

    [Fact]
    public async Task What_a_backend_collects_for_an_upload_counts_too()
    {
        var name = ClusterFixture.NewStore(n => new StagingWatch(new AsyncMemoryBackend(n)) { Collected = 20 * 1024 * 1024 });
        var store = silo.Client.GetStore(name);
        await using var first = await store.OpenAtomicAsync("a", cancellationToken: Token);
        var request = new UploadRequest
        {
            Store = name,
            Key = "b",
            Options = WireWriteOptions.From(WriteOptions.Default),
        };
        AssertRefused(await Assert.ThrowsAsync<BackendUnavailableException>(async () => await BeginAsync(name, request)));
        await BeginAsync(name, request with { SizeHint = 100_000 });
    }

    [Fact]
    public async Task A_length_below_zero_is_refused_and_makes_no_room()
    {
        var name = ClusterFixture.NewStore();
        var request = new UploadRequest
        {
            Store = name,
            Key = "f",
            Options = WireWriteOptions.From(WriteOptions.Default),
            SizeHint = -1,
        };
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await BeginAsync(name, request));
    }

    [Fact]
    public async Task An_upload_alone_is_taken_whatever_its_backend_collects()
    {
        var name = ClusterFixture.NewStore(n => new StagingWatch(new AsyncMemoryBackend(n)) { Collected = 100 * 1024 * 1024 });
        Assert.Equal(300_000, (await silo.Client.GetStore(name).WriteAsync("a", new byte[300_000], cancellationToken: Token)).Size);
    }

    [Fact]
    public async Task A_chunk_from_beyond_the_window_or_of_more_bytes_is_refused()
    {
        var name = ClusterFixture.NewStore();
        var request = new UploadRequest
        {
            Store = name,
            Key = "f",
            Options = WireWriteOptions.From(WriteOptions.Default),
            ChunkSize = 1000,
            Window = 2,
        };
        var far = silo.Client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
        await far.Begin(request, Token);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await far.WriteChunk(2, Payload.CopyOf(new byte[10]), Token));
        var big = silo.Client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
        await big.Begin(request, Token);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await big.WriteChunk(0, Payload.CopyOf(new byte[1001]), Token));
        await far.Close(keep: false);
        await big.Close(keep: false);
    }

    [Fact]
    public async Task A_backend_that_hangs_holds_at_most_its_limit_of_calls()
    {
        HangingBackend? hanging = null;
        var name = ClusterFixture.NewStore(
            n => hanging = new HangingBackend(new AsyncMemoryBackend(n)),
            new SiloStoreOptions { MaxCalls = 4 }
        );
        var store = silo.Client.GetStore(name);
        var calls = Enumerable.Range(0, 4).Select(i => store.ExistsAsync($"f{i}", Token)).ToArray();
        await hanging!.EnteredAsync(4);
        AssertRefused(await Assert.ThrowsAsync<BackendUnavailableException>(() => store.ExistsAsync("late", Token)));
        hanging.Release();
        await Task.WhenAll(calls);
        Assert.False(await store.ExistsAsync("late", Token));
    }

    [Fact]
    public async Task Too_many_calls_at_one_path_are_refused_and_the_others_continue()
    {
        HangingBackend? hanging = null;
        var name = ClusterFixture.NewStore(n => hanging = new HangingBackend(new AsyncMemoryBackend(n)));
        var store = silo.Client.GetStore(name);
        var first = store.WriteTextAsync("f", "0", WriteOptions.Replace, cancellationToken: Token);
        await hanging!.EnteredAsync(1);
        var calls = Enumerable
            .Range(0, 5 * LimitedSilo.Waiting)
            .Select(i =>
                Record.ExceptionAsync(() => store.WriteTextAsync("f", $"{i}", WriteOptions.Replace, cancellationToken: Token)).AsTask()
            )
            .ToList();
        var refused = await await Task.WhenAny(calls);
        AssertRefused(Assert.IsType<BackendUnavailableException>(refused));
        await store.WriteTextAsync(HangingBackend.Spared, "x", WriteOptions.Replace, cancellationToken: Token);
        hanging.Release();
        await first;
        var ends = await Task.WhenAll(calls);
        Assert.All(ends.OfType<Exception>(), e => AssertRefused(Assert.IsType<BackendUnavailableException>(e)));
        Assert.InRange(ends.Count(e => e is null), 1, LimitedSilo.Waiting);
    }

    [Fact]
    public async Task Calls_that_hang_in_one_store_move_nothing_else()
    {
        HangingBackend? hanging = null;
        var stuck = silo.Client.GetStore(ClusterFixture.NewStore(n => hanging = new HangingBackend(new AsyncMemoryBackend(n))));
        var calls = Enumerable.Range(0, 64).Select(i => stuck.GetFileInfoAsync($"f{i}", Token)).ToArray();
        await hanging!.EnteredAsync(64);

        var other = silo.Client.GetStore(ClusterFixture.NewStore());
        await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(async i =>
                {
                    await other.WriteTextAsync($"d/{i}", $"{i}", cancellationToken: Token);
                    Assert.Equal($"{i}", await other.ReadTextAsync($"d/{i}", cancellationToken: Token));
                })
        );
        await other.WriteAsync("large", new byte[600_000], cancellationToken: Token);
        Assert.Equal(101, await other.ListFilesAsync("", new ListOptions { Recursive = true }, Token).CountAsync(Token));
        await silo.Client.Cluster.GetGrain<IManagementGrain>(0).GetHosts(false, Token);
        Assert.All(calls, c => Assert.False(c.IsCompleted));

        hanging.Release();
        foreach (var call in calls)
            await Assert.ThrowsAsync<NotFoundException>(() => call);
    }

    [Fact]
    public async Task A_silo_alone_calls_no_path_hot() =>
        Assert.Equal("cold cold cold", await HotFileTests.HintsAsync(silo.Client, new SiloStoreOptions { HotReads = 1 }));

    [Fact]
    public async Task Readers_of_a_path_keep_one_copy_until_the_last_of_them_ends()
    {
        var name = ClusterFixture.NewStore();
        var budget = ClusterFixture.StoreOf(name).OwnerOptions.Budget!;
        await silo.Client.GetStore(name).WriteTextAsync("f", "text", cancellationToken: Token);
        for (var i = 0; i < GrainKeys.Readers; i++)
            (
                await silo.Client.Cluster.GetGrain<IReaderGrain>(GrainKeys.Reader(i, name, "f")).Read(new ReadRequest(), Token)
            ).Content!.Dispose();
        Assert.Equal(2 * 4, budget.Used);
        await silo.Client.Cluster.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, Token);
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public async Task Too_many_reads_that_wait_at_a_reader_are_refused_and_the_others_continue()
    {
        HangingBackend? hanging = null;
        var name = ClusterFixture.NewStore(
            n => hanging = new HangingBackend(new AsyncMemoryBackend(n)),
            new SiloStoreOptions { ExternalWriters = true }
        );
        var reader = silo.Client.Cluster.GetGrain<IReaderGrain>(GrainKeys.Reader(0, name, HangingBackend.Read));
        var first = reader.Read(new ReadRequest(), Token).AsTask();
        await hanging!.EnteredAsync(1);
        var reads = Enumerable.Range(0, LimitedSilo.Waiting + 1).Select(_ => reader.Read(new ReadRequest(), Token).AsTask()).ToList();
        AssertRefused(await Assert.ThrowsAsync<BackendUnavailableException>(async () => await await Task.WhenAny(reads)));
        hanging.Release();
        await Assert.ThrowsAsync<NotFoundException>(() => first);
        var ends = await Task.WhenAll(reads.Select(r => Record.ExceptionAsync(() => r).AsTask()));
        Assert.Equal(LimitedSilo.Waiting, ends.Count(e => e is NotFoundException));
    }

    private async ValueTask BeginAsync(string name, UploadRequest request)
    {
        var grain = silo.Client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
        await grain.Begin(request with { Store = name }, Token);
        await grain.Close(keep: false);
    }

    private static void AssertRefused(BackendUnavailableException e)
    {
        Assert.True(e.RefusedBeforeExecution);
        Assert.True(e.IsTransient);
        Assert.NotNull(e.RetryAfter);
    }
}
