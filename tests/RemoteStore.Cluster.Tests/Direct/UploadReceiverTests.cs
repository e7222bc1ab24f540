using System.Buffers.Binary;
using System.Net.Sockets;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>How a silo's port takes an upload.</summary>
public sealed class UploadReceiverTests : IAsyncLifetime
{
    private const string Changed = "HTTP/1.1 101 Switching Protocols";
    private const string NotFound = "HTTP/1.1 404 Not Found";
    private OfferingSilo _silo = null!;
    private SiloPort _port = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _silo = await OfferingSilo.StartAsync();
        _port = await SiloPort.StartAsync(_silo);
    }

    public async ValueTask DisposeAsync()
    {
        await _port.DisposeAsync();
        await _silo.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(TransferDefaults.ChunkSize + 1)]
    [InlineData(int.MaxValue)]
    public async Task A_frame_that_is_no_chunk_is_cut_and_the_chunks_before_it_count(int length)
    {
        var (grain, offer) = await _silo.BeginUploadAsync();
        var connection = await UpgradeAsync(offer);
        await using (connection)
        {
            await connection.WriteAsync(Frame(3), Token);
            Assert.Equal(1, await AcknowledgedAsync(connection));
            await connection.WriteAsync(Header(length), Token);
            await CutAsync(connection);
        }

        Assert.Equal(1, await grain.Adopt(Token));
        await grain.WriteChunk(1, Payload.CopyOf([9]), Token);
        await grain.Close(keep: false);
    }

    [Fact]
    public async Task A_frame_that_is_cut_in_its_middle_is_dropped()
    {
        var (grain, offer) = await _silo.BeginUploadAsync();
        var connection = await UpgradeAsync(offer);
        await connection.WriteAsync(Frame(TransferDefaults.ChunkSize), Token);
        await connection.WriteAsync(Frame(100).AsMemory(0, 99), Token);
        Assert.Equal(1, await AcknowledgedAsync(connection));
        await connection.DisposeAsync();
        await _port.AllEndedAsync(Token);
        Assert.Equal(1, await grain.Adopt(Token));
        await grain.Close(keep: false);
    }

    [Fact]
    public async Task A_ticket_is_good_once_and_for_its_direction()
    {
        var (upload, up) = await _silo.BeginUploadAsync();
        var (download, down) = await _silo.BeginAsync();
        Assert.Equal(NotFound, await AnswerAsync(down));
        Assert.Equal(NotFound, await AnswerAsync(up, "h2c"));
        using (var http = new HttpClient())
        {
            using var request = SiloPort.Request(up);
            using var answer = await http.SendAsync(request, Token);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.Equal(Changed, await AnswerAsync(up));
        Assert.Equal(NotFound, await AnswerAsync(up));
        Assert.True(_silo.Direct.Downloads.TryTake(down.Ticket, out _));
        await upload.Close(keep: false);
        await download.Close();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ticket_that_nobody_used_is_withdrawn(bool byTakeOver)
    {
        var (grain, offer) = await _silo.BeginUploadAsync();
        if (byTakeOver)
            Assert.Equal((0, 0), (await grain.Adopt(Token), await grain.Adopt(Token)));
        else
            await grain.Close(keep: false);
        Assert.Equal(NotFound, await AnswerAsync(offer));
        await grain.Close(keep: false);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_ends_the_upload_ends_its_connection(int way)
    {
        var (grain, offer) = await _silo.BeginUploadAsync();
        var connection = await UpgradeAsync(offer);
        await using (connection)
        {
            await connection.WriteAsync(Frame(3), Token);
            Assert.Equal(1, await AcknowledgedAsync(connection));
            if (way == 0)
                await grain.Close(keep: false);
            else if (way == 1)
                await grain.Adopt(Token);
            else
                _silo.Direct.CutOff();
            await CutAsync(connection);
        }

        await _port.AllEndedAsync(Token);
        await grain.Close(keep: false);
    }

    [Fact]
    public async Task A_chunk_on_its_way_to_the_grain_is_waited_for()
    {
        var chunks = _silo.Uploads.Hold();
        var (grain, offer) = await _silo.BeginUploadAsync();
        var connection = await UpgradeAsync(offer);
        await using (connection)
        {
            await connection.WriteAsync(Frame(3), Token);
            await _silo.Uploads.Reached.WaitAsync(OfferingSilo.Watchdog, Token);
            var taken = grain.Adopt(Token);
            // Answered after the other one was heard, and could have been answered.
            for (var i = 0; i < 50; i++)
                await Assert.ThrowsAsync<RemoteStoreException>(async () => await grain.Finish(new UploadSummary { Length = 1 }, Token));
            Assert.False(taken.IsCompleted);
            chunks.SetResult();
            Assert.Equal(1, await taken);
        }

        await grain.Close(keep: false);
    }

    [Fact]
    public async Task A_chunk_is_acknowledged_once_it_is_applied_while_the_next_one_is_read()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = ClusterFixture.NewStore(n => new WatchedAppends(new AsyncMemoryBackend(n), _ => held.Task));
        var (grain, offer) = await _silo.BeginUploadAsync(store);
        var connection = await UpgradeAsync(offer);
        await using (connection)
        {
            for (var i = 0; i < 3; i++)
                await connection.WriteAsync(Frame(1000), Token);
            var acknowledged = AcknowledgedAsync(connection);
            Assert.False(acknowledged.IsCompleted);
            held.SetResult();
            Assert.Equal(1, await acknowledged);
            Assert.Equal(2, await AcknowledgedAsync(connection));
            Assert.Equal(3, await AcknowledgedAsync(connection));
        }

        await grain.Close(keep: false);
    }

    private static async Task<NetworkStream> UpgradeAsync(DirectOffer offer)
    {
        var (connection, answer) = await SiloPort.UpgradeAsync(offer);
        Assert.Equal(Changed, answer);
        return connection;
    }

    private static async Task<string> AnswerAsync(DirectOffer offer, string protocol = "remotestore-upload")
    {
        var (connection, answer) = await SiloPort.UpgradeAsync(offer, protocol);
        await connection.DisposeAsync();
        return answer;
    }

    private static byte[] Header(int length)
    {
        var header = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        return header;
    }

    private static byte[] Frame(int length) => [.. Header(length), .. new byte[length]];

    private static async Task<long> AcknowledgedAsync(NetworkStream connection)
    {
        var bytes = new byte[sizeof(long)];
        await connection.ReadExactlyAsync(bytes, Token).AsTask().WaitAsync(OfferingSilo.Watchdog, Token);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Waits until the silo has hung up, in whichever way.</summary>
    private static async Task CutAsync(NetworkStream connection)
    {
        try
        {
            Assert.Equal(0, await connection.ReadAsync(new byte[1], Token).AsTask().WaitAsync(OfferingSilo.Watchdog, Token));
        }
        catch (IOException)
        {
            // Not politely.
        }
    }
}
