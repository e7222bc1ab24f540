using RemoteStore.Client;
using RemoteStore.Conformance;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>
/// Uploads outside the calls, and what a client does when the port does not do what it should: the bytes continue by calls.
/// </summary>
public sealed class DirectUploadTests : IAsyncLifetime
{
    private const int Frame = 4 + TransferDefaults.ChunkSize;
    private OfferingSilo _silo = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _silo = await OfferingSilo.StartAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Large_uploads_go_over_the_port_and_small_ones_do_not()
    {
        await using var port = await SiloPort.StartAsync(_silo);
        await using var client = await _silo.ConnectAsync();
        await UploadAsync(client);
        Assert.Equal((1, 0, 0), (port.Requests, _silo.Uploads.Chunks, _silo.Uploads.Adoptions));

        var window = OfferingSilo.Bytes[..(TransferDefaults.Window * TransferDefaults.ChunkSize)];
        var store = client.GetStore(_silo.Store);
        await store.WriteAtomicAsync("window", new MemoryStream(window), cancellationToken: Token);
        Assert.Equal(window, await ReadAsync("window"));
        Assert.Equal((1, TransferDefaults.Window), (port.Requests, _silo.Uploads.Chunks));
        await port.AllEndedAsync(Token);
        await _silo.AllEndedAsync(Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_of_a_client_that_is_closed_reads_no_further(bool isDirect)
    {
        await using var port = await SiloPort.StartAsync(_silo);
        var client = await _silo.ConnectAsync(o => o.DirectTransfers = isDirect);
        var closing = Task.CompletedTask;
        // More than could be read in the time of a test.
        var content = new TestContent(1L << 40) { FailAt = OfferingSilo.Size, OnReached = () => closing = client.DisposeAsync().AsTask() };
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            client.GetStore(_silo.Store).WriteAtomicAsync("up", content, cancellationToken: Token).WaitAsync(OfferingSilo.Watchdog, Token)
        );
        await closing;
    }

    [Theory]
    [InlineData(PortBehaviour.Sends)]
    [InlineData(PortBehaviour.Refuses)]
    [InlineData(PortBehaviour.IsSilent)]
    [InlineData(PortBehaviour.IsClosed)]
    [InlineData(PortBehaviour.TakesAndHangsUp)]
    [InlineData(PortBehaviour.ChangesAndHangsUp)]
    [InlineData(PortBehaviour.ChangesAndLies)]
    public async Task All_bytes_arrive_whatever_the_port_does(PortBehaviour behaviour)
    {
        await using var port = new FakePort(behaviour, TakeAsync);
        _silo.Direct.EndPoint = port.EndPoint;
        await using var client = await _silo.ConnectAsync();
        await UploadAsync(client);
        Assert.Equal(Chunks(OfferingSilo.Size), _silo.Uploads.Chunks);
        Assert.Equal(behaviour is PortBehaviour.ChangesAndHangsUp or PortBehaviour.ChangesAndLies ? 1 : 0, _silo.Uploads.Adoptions);
        await _silo.AllEndedAsync(Token);
        // With its end an upload is not offered any longer.
        Assert.All(port.Tickets, t => Assert.False(_silo.Direct.Uploads.TryTake(t, out _)));
    }

    [Theory]
    [InlineData(1, 99, false)]
    [InlineData(2, 99, false)]
    [InlineData((2 * Frame) + 3, 99, false)]
    [InlineData((5 * Frame) - 1, 99, false)]
    [InlineData((3 * Frame) + 1000, 99, true)]
    [InlineData(99 * Frame, 0, false)]
    [InlineData(99 * Frame, 3, false)]
    [InlineData(99 * Frame, 3, true)]
    public async Task All_bytes_arrive_wherever_the_connection_is_cut(long bytes, int acknowledgements, bool isSilent)
    {
        await using var port = await SiloPort.StartAsync(_silo);
        await using var way = new FaultyWay(port.EndPoint, bytes, acknowledgements * sizeof(long), isSilent);
        _silo.Direct.EndPoint = way.EndPoint;
        // With room for one chunk only, so that none may overtake another on its way to the calls.
        await using var client = await _silo.ConnectAsync(o =>
            (o.ResponseTimeout, o.MaxTransferBytes) = (TimeSpan.FromSeconds(isSilent ? 2 : 15), TransferDefaults.ChunkSize)
        );
        await UploadAsync(client).WaitAsync(OfferingSilo.Watchdog, Token);
        Assert.Equal((1, 1), (way.Connections, _silo.Uploads.Adoptions));
        Assert.InRange(_silo.Uploads.Chunks, 1, Chunks(OfferingSilo.Size));
        await port.AllEndedAsync(Token);
        await _silo.AllEndedAsync(Token);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task An_append_that_runs_is_waited_for_and_not_repeated(int append)
    {
        var (reached, held) = (NewSignal(), NewSignal());
        var store = StoreOf(n => n == append ? HoldAsync() : Task.CompletedTask);
        await using var port = await SiloPort.StartAsync(_silo);
        await using var client = await _silo.ConnectAsync();
        await using var writer = await client.GetStore(store).OpenAtomicAsync("up", cancellationToken: Token);
        var writing = WriteAsync(writer);
        await reached.Task;
        _silo.Direct.CutOff();
        await _silo.Uploads.TakenOver.WaitAsync(OfferingSilo.Watchdog, Token);
        Assert.Equal(0, _silo.Uploads.Chunks);
        held.SetResult();
        await writing;
        await writer.CommitAsync(Token);
        Assert.Equal(OfferingSilo.Bytes, await ReadAsync("up", store));
        Assert.Equal(Chunks(OfferingSilo.Size) - append - 1, _silo.Uploads.Chunks);
        await port.AllEndedAsync(Token);

        Task HoldAsync()
        {
            reached.SetResult();
            return held.Task;
        }
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(4, false)]
    [InlineData(11, true)]
    public async Task A_backend_that_fails_is_reported_as_by_calls(int append, bool isDirect)
    {
        var store = StoreOf(n =>
            n == append ? throw new PermissionDeniedException("Full.", "up", "test") { NativeCode = "EDQUOT" } : Task.CompletedTask
        );
        await using var port = await SiloPort.StartAsync(_silo);
        await using var client = await _silo.ConnectAsync(o => (o.DirectTransfers, o.ResponseTimeout) = (isDirect, TimeSpan.FromHours(1)));
        var error = await Assert.ThrowsAsync<PermissionDeniedException>(() =>
            UploadAsync(client, store).WaitAsync(OfferingSilo.Watchdog, Token)
        );
        Assert.Equal(("EDQUOT", "Full."), (error.NativeCode, error.Detail));
        Assert.Equal(isDirect, _silo.Uploads.Chunks == 0);
        await port.AllEndedAsync(Token);
        await _silo.AllEndedAsync(Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backend_that_fails_for_a_while_makes_the_upload_continue_where_it_can(bool isDirect)
    {
        var store = StoreOf(n => n == 4 ? throw new BackendUnavailableException("Away.") : Task.CompletedTask);
        await using var port = await SiloPort.StartAsync(_silo);
        await using var client = await _silo.ConnectAsync(o => o.DirectTransfers = isDirect);
        await UploadAsync(client, store);
        Assert.Equal(isDirect ? 2 : 0, port.Requests);
    }

    [Fact]
    public async Task What_its_writer_left_leaves_nothing()
    {
        StagingWatch? watch = null;
        var store = ClusterFixture.NewStore(n => watch = new StagingWatch(new AsyncMemoryBackend(n)));
        await using var port = await SiloPort.StartAsync(_silo);
        await using var client = await _silo.ConnectAsync();
        await using (var writer = await client.GetStore(store).OpenAtomicAsync("up", cancellationToken: Token))
            await WriteAsync(writer);
        await port.AllEndedAsync(Token);
        await _silo.AllEndedAsync(Token);
        Assert.Equal((1, 1, 0, 0), (port.Requests, watch!.Opened, watch.Left, _silo.Uploads.Chunks));
    }

    [Fact]
    public async Task An_upload_that_is_cancelled_while_the_port_is_asked_ends()
    {
        await using var port = new FakePort(PortBehaviour.IsSilent, TakeAsync);
        _silo.Direct.EndPoint = port.EndPoint;
        await using var client = await _silo.ConnectAsync();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var opening = client.GetStore(_silo.Store).OpenAtomicAsync("up", cancellationToken: cancelled.Token);
        await port.Asked;
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await opening);
        await _silo.AllEndedAsync(Token);
    }

    [Fact]
    public async Task Who_wants_no_other_port_uses_none()
    {
        await using var port = await SiloPort.StartAsync(_silo);
        await using var client = await _silo.ConnectAsync(o => o.DirectTransfers = false);
        await UploadAsync(client);
        Assert.Equal((0, Chunks(OfferingSilo.Size)), (port.Requests, _silo.Uploads.Chunks));
    }

    private static int Chunks(int size) => (size + TransferDefaults.ChunkSize - 1) / TransferDefaults.ChunkSize;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string StoreOf(Func<int, Task> before) =>
        ClusterFixture.NewStore(n => new WatchedAppends(new AsyncMemoryBackend(n), before));

    private static async Task WriteAsync(AsyncAtomicWriter writer) => await writer.WriteAsync(OfferingSilo.Bytes, Token);

    private async Task UploadAsync(RemoteStoreClient client, string? store = null)
    {
        store ??= _silo.Store;
        await client.GetStore(store).WriteAtomicAsync("up", new MemoryStream(OfferingSilo.Bytes), cancellationToken: Token);
        Assert.Equal(OfferingSilo.Bytes, await ReadAsync("up", store));
    }

    private async Task<byte[]> ReadAsync(string key, string? store = null)
    {
        await using var read = await ClusterFixture.StoreOf(store ?? _silo.Store).Backend.ReadAsync(key, cancellationToken: Token);
        using var bytes = new MemoryStream();
        await read.CopyToAsync(bytes, Token);
        return bytes.ToArray();
    }

    /// <summary>Takes a ticket, as a silo's port does before it fails.</summary>
    private Task TakeAsync(string ticket)
    {
        if (_silo.Direct.Uploads.TryTake(ticket, out var offered))
            offered.Leave();
        return Task.CompletedTask;
    }
}
