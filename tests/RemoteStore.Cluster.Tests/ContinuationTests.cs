using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Three silos of which tests kill some; a client is connected to the two that may be killed.</summary>
public sealed class MortalSilos : IAsyncDisposable
{
    private readonly TestCluster _cluster;

    private MortalSilos(TestCluster cluster) => _cluster = cluster;

    public RemoteStoreClient Client { get; private set; } = null!;

    public static async Task<MortalSilos> StartAsync()
    {
        var builder = new TestClusterBuilder(3);
        builder.Options.ConnectionTransport = ConnectionTransportType.TcpSocket;
        builder.AddSiloBuilderConfigurator<Silo>();
        var silos = new MortalSilos(builder.Build());
        await silos._cluster.DeployAsync();
        var options = silos._cluster.ClientOptions(silos._cluster.SecondarySilos);
        options.ResponseTimeout = TimeSpan.FromSeconds(5);
        silos.Client = await RemoteStoreClient.ConnectAsync(options);
        return silos;
    }

    /// <summary>Makes an end, without warning, to the silo that carries a transfer, and waits until the others know.</summary>
    public async Task KillCarrierAsync(CancellationToken cancellationToken)
    {
        var carrier = _cluster.SecondarySilos.Single(s => TransfersOf(s).Count > 0);
        await _cluster.KillSiloAsync(carrier, CancellationToken.None);
        await Task.WhenAll(_cluster.GetActiveSilos().Select(s => KnowsAsync(s, carrier.SiloAddress, cancellationToken)));
    }

    /// <summary>From now on no upload learns about its end.</summary>
    public void LoseCloses()
    {
        foreach (var silo in _cluster.Silos)
            ((InProcessSiloHandle)silo).SiloHost.Services.GetRequiredService<LostCloses>().IsOn = true;
    }

    /// <summary>Collects all grains that are idle: a transfer's grain forgets everything, as if it had been idle for too long.</summary>
    public Task CollectAsync() => Client.Cluster.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    /// <summary>Ends all silos that the client knows, without warning.</summary>
    public Task KillGatewaysAsync() => Task.WhenAll(_cluster.SecondarySilos.Select(s => _cluster.KillSiloAsync(s, CancellationToken.None)));

    /// <summary>One more client of the silos that may be killed.</summary>
    public Task<RemoteStoreClient> ConnectAsync(TimeSpan operationTimeout)
    {
        var options = _cluster.ClientOptions(_cluster.SecondarySilos);
        (options.ResponseTimeout, options.OperationTimeout) = (TimeSpan.FromSeconds(5), operationTimeout);
        return RemoteStoreClient.ConnectAsync(options);
    }

    public int Transfers => _cluster.Silos.Sum(s => TransfersOf(s).Count);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    private static async Task KnowsAsync(SiloHandle silo, SiloAddress dead, CancellationToken cancellationToken)
    {
        var membership = ((InProcessSiloHandle)silo).SiloHost.Services.GetRequiredService<IClusterMembershipService>();
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            if (snapshot.GetSiloStatus(dead) == SiloStatus.Dead)
                return;
        }
    }

    private static RunningTransfers TransfersOf(SiloHandle silo) =>
        ((InProcessSiloHandle)silo).SiloHost.Services.GetRequiredService<RunningTransfers>();

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder
                .AddRemoteStoreGrains(ClusterFixture.Shared)
                .Configure<ClusterMembershipOptions>(o =>
                {
                    (o.ProbeTimeout, o.MaxProbeTimeout) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500));
                    (o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) = (2, 1);
                });
            siloBuilder.Services.AddSingleton<LostCloses>().AddSingleton<IIncomingGrainCallFilter>(s => s.GetRequiredService<LostCloses>());
        }
    }
}

/// <summary>What a large transfer does when the silo that carries it is lost.</summary>
public sealed class ContinuationTests : IAsyncLifetime
{
    private const int Size = 9_000_001;
    private MortalSilos _silos = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _silos = await MortalSilos.StartAsync();

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public async Task A_download_continues_through_another_silo()
    {
        var (store, bytes) = await FilledAsync();
        await using var read = await store.ReadAsync("f", new ReadOptions { Range = new ByteRange(5) }, Token);
        var got = new byte[Size - 5];
        await read.ReadExactlyAsync(got.AsMemory(0, 1_000_000), Token);
        await _silos.KillCarrierAsync(Token);
        await read.ReadExactlyAsync(got.AsMemory(1_000_000), Token);
        Assert.Equal(bytes[5..], got);
        Assert.Equal(0, await read.ReadAsync(new byte[1], Token));
    }

    [Fact]
    public async Task A_download_that_was_forgotten_continues_too()
    {
        var (store, bytes) = await FilledAsync();
        await using var read = await store.ReadAsync("f", cancellationToken: Token);
        var got = new byte[Size];
        for (var offset = 0; offset < Size; offset += 3_000_000)
        {
            await read.ReadExactlyAsync(got.AsMemory(offset, Math.Min(3_000_000, Size - offset)), Token);
            await _silos.CollectAsync();
        }

        Assert.Equal(bytes, got);
    }

    /// <summary>Compared with calls, which are retried for OperationTimeout: transfers took five times as long.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transfer_is_resumed_no_longer_than_a_call_is_retried(bool isUpload)
    {
        await using var client = await _silos.ConnectAsync(operationTimeout: TimeSpan.FromSeconds(3));
        var (filled, _) = await FilledAsync();
        var store = new AsyncStore(client.GetBackend(filled.Backend.Name), leaveOpen: true);
        await using var writer = await store.OpenAtomicAsync("up", cancellationToken: Token);
        await writer.WriteAsync(new byte[3_000_000], Token);
        await using var read = await store.ReadAsync("f", cancellationToken: Token);
        await read.ReadExactlyAsync(new byte[1000], Token);
        await _silos.KillGatewaysAsync();

        var transfer = isUpload ? writer.CommitAsync(Token).AsTask() : read.CopyToAsync(Stream.Null, Token);
        var calls = 0;
        for (; !transfer.IsCompleted; calls++)
            await Assert.ThrowsAsync<BackendUnavailableException>(() => store.GetFileInfoAsync("f", Token));
        await Assert.ThrowsAsync<BackendUnavailableException>(() => transfer);
        Assert.InRange(calls, 1, 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_whose_version_is_gone_fails_and_mixes_nothing(bool deleted)
    {
        var (store, _) = await FilledAsync();
        await using var read = await store.ReadAsync("f", cancellationToken: Token);
        await read.ReadExactlyAsync(new byte[1000], Token);
        if (deleted)
            await store.DeleteAsync("f", cancellationToken: Token);
        else
            await store.WriteAsync("f", new byte[Size], WriteOptions.Replace, Token);
        await _silos.CollectAsync();
        var error = await Assert.ThrowsAsync<PreconditionFailedException>(() => read.CopyToAsync(Stream.Null, Token));
        Assert.Equal(ErrorCodes.FileChanged, error.Code);
        Assert.Same(error, await Record.ExceptionAsync(() => read.CopyToAsync(Stream.Null, Token)));
    }

    [Fact]
    public async Task A_download_without_an_ETag_does_not_continue()
    {
        var name = ClusterFixture.NewStore(n => new NamelessBackend(new AsyncMemoryBackend(n)));
        var store = _silos.Client.GetStore(name);
        await store.WriteAsync("f", new byte[Size], cancellationToken: Token);
        await using var read = await store.ReadAsync("f", cancellationToken: Token);
        await read.ReadExactlyAsync(new byte[1000], Token);
        await _silos.CollectAsync();
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => read.CopyToAsync(Stream.Null, Token));
        Assert.Equal(ErrorCodes.TransferEnded, error.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_continues_through_another_silo_where_the_staging_survives(bool all)
    {
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var store = _silos.Client.GetStore(ClusterFixture.NewStore());
        await using var writer = await store.OpenAtomicAsync("f", cancellationToken: Token);
        var first = all ? Size : 4_000_000;
        await writer.WriteAsync(bytes.AsMemory(0, first), Token);
        await _silos.KillCarrierAsync(Token);
        await writer.WriteAsync(bytes.AsMemory(first), Token);
        Assert.Equal(Size, (await writer.CommitAsync(Token)).Size);
        Assert.Equal(bytes, await store.ReadBytesAsync("f", cancellationToken: Token));
    }

    [Fact]
    public async Task An_upload_whose_staging_is_lost_with_the_silo_fails_and_publishes_nothing()
    {
        var name = ClusterFixture.NewStore(n => new StrippedBackend(new AsyncMemoryBackend(n), Capability.ResumeStaging));
        var store = _silos.Client.GetStore(name);
        await using var writer = await store.OpenAtomicAsync("f", cancellationToken: Token);
        await writer.WriteAsync(new byte[4_000_000], Token);
        await _silos.KillCarrierAsync(Token);
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
        {
            await writer.WriteAsync(new byte[4_000_000], Token);
            await writer.CommitAsync(Token);
        });
        Assert.Contains("nothing was published", error.Detail, StringComparison.Ordinal);
        Assert.False(await store.ExistsAsync("f", Token));
    }

    [Fact]
    public async Task An_upload_that_its_client_left_is_swept()
    {
        StagingWatch? watch = null;
        var name = ClusterFixture.NewStore(n => watch = new StagingWatch(new AsyncMemoryBackend(n)));
        var left = await _silos.Client.GetStore(name).OpenAtomicAsync("f", cancellationToken: Token);
        await left.WriteAsync(new byte[2_000_000], Token);
        var finished = _silos.Client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
        await finished.Begin(
            new UploadRequest
            {
                Store = name,
                Key = "g",
                Options = WireWriteOptions.From(WriteOptions.Default),
            },
            Token
        );
        await finished.Finish(new UploadSummary { Hash = new TransferHash().Current }, Token);
        Assert.Equal((2, 2), (watch!.Left, _silos.Transfers));

        // Chunks whose answers are in flight keep their grain for a moment.
        while (watch.Left > 0)
            await _silos.CollectAsync();
        Assert.Equal(0, _silos.Transfers);
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () => await left.CommitAsync(Token));
        Assert.Contains("nothing was published", error.Detail, StringComparison.Ordinal);
        Assert.False(await _silos.Client.GetStore(name).ExistsAsync("f", Token));
    }

    [Fact]
    public async Task A_detached_upload_is_kept_though_its_end_was_not_heard()
    {
        var store = _silos.Client.GetStore(ClusterFixture.NewStore());
        await using var writer = await store.OpenAtomicAsync("f", cancellationToken: Token);
        await writer.WriteAsync(new byte[2_000_000], Token);
        _silos.LoseCloses();
        var token = await writer.DetachAsync(Token);
        while (_silos.Transfers > 0)
            await _silos.CollectAsync();
        Assert.Equal(2_000_000, (await store.CommitStagedAsync("f", token, cancellationToken: Token)).Size);
    }

    [Fact]
    public async Task What_arrives_is_compared_by_length_and_hash()
    {
        StagingWatch? watch = null;
        var name = ClusterFixture.NewStore(n => watch = new StagingWatch(new AsyncMemoryBackend(n)));
        var hash = new TransferHash();
        hash.Append(new byte[] { 1, 2, 3 });
        foreach (
            var wrong in new[]
            {
                new UploadSummary { Length = 3, Hash = hash.Current ^ 1 },
                new UploadSummary { Length = 4, Hash = hash.Current },
            }
        )
        {
            var grain = _silos.Client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
            await grain.Begin(
                new UploadRequest
                {
                    Store = name,
                    Key = "f",
                    Options = WireWriteOptions.From(WriteOptions.Default),
                },
                Token
            );
            await grain.WriteChunk(0, Payload.CopyOf([1, 2, 3]), Token);
            var error = await Assert.ThrowsAsync<RemoteStoreException>(async () => await grain.Finish(wrong, Token));
            Assert.Equal(ErrorCodes.ContentMismatch, error.Code);
            await grain.Close(keep: true);
        }

        Assert.Equal(0, watch!.Left);
        Assert.Empty(await _silos.Client.GetStore(name).ListAsync("", null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_staging_that_is_not_what_was_acknowledged_is_not_gone_on_with()
    {
        var name = ClusterFixture.NewStore();
        var options = WireWriteOptions.From(WriteOptions.Default);
        var first = _silos.Client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
        var session = await first.Begin(
            new UploadRequest
            {
                Store = name,
                Key = "f",
                Options = options,
            },
            Token
        );
        await first.WriteChunk(0, Payload.CopyOf([1, 2, 3]), Token);
        var part = new UploadPart
        {
            ResumeToken = session.ResumeToken!,
            Length = 2,
            Hash = 7,
        };
        var second = _silos.Client.Cluster.GetGrain<IUploadGrain>(Guid.NewGuid());
        var error = await Assert.ThrowsAsync<RemoteStoreException>(async () =>
            await second.Begin(
                new UploadRequest
                {
                    Store = name,
                    Key = "f",
                    Options = options,
                    Resume = part,
                },
                Token
            )
        );
        Assert.Equal(ErrorCodes.ContentMismatch, error.Code);
        await first.Close(keep: false);
    }

    private async Task<(AsyncStore Store, byte[] Bytes)> FilledAsync()
    {
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var store = _silos.Client.GetStore(ClusterFixture.NewStore());
        await store.WriteAsync("f", bytes, cancellationToken: Token);
        return (store, bytes);
    }

    /// <summary>A backend whose files have no version.</summary>
    private sealed class NamelessBackend(AsyncBackend inner) : DelegatingBackend(inner)
    {
        public override async ValueTask<RemoteReadStream> ReadAsync(
            string key,
            ReadOptions? options = null,
            CancellationToken cancellationToken = default
        ) => new Nameless(await base.ReadAsync(key, options, cancellationToken));

        private sealed class Nameless(RemoteReadStream inner) : RemoteReadStream
        {
            public override RemoteFileInfo Info => inner.Info with { ETag = null };

            public override bool CanRead => inner.CanRead;

            public override bool CanSeek => false;

            public override long Length => inner.Length;

            public override long Position
            {
                get => inner.Position;
                set => inner.Position = value;
            }

            public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
                inner.ReadAsync(buffer, cancellationToken);

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                    inner.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
