using System.Buffers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>Receives the bytes in the response to one HTTP request to the silo that reads them, with one chunk of read-ahead.</summary>
internal sealed class DirectChannel : DownloadChannel
{
    private readonly TransferClient _transfers;
    private readonly IDownloadGrain _grain;
    private readonly string _key;
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private CancellationToken _closed;
    private Task<Payload>? _ahead;
    private long _rest;

    private DirectChannel(TransferClient transfers, IDownloadGrain grain, string key, HttpResponseMessage response, Stream body) =>
        (_transfers, _grain, _key, _response, _body) = (transfers, grain, key, response, body);

    internal static async ValueTask<DownloadChannel> OpenAsync(
        TransferClient transfers,
        IDownloadGrain grain,
        string key,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return new DirectChannel(
                transfers,
                grain,
                key,
                response,
                await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false)
            );
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    internal override void Start(long length, CancellationToken closed)
    {
        (_rest, _closed) = (length, closed);
        ReadAhead();
    }

    internal override async ValueTask<Payload> NextAsync(CancellationToken cancellationToken)
    {
        var chunk = await _ahead!.WaitAsync(cancellationToken).ConfigureAwait(false);
        ReadAhead();
        return chunk;
    }

    internal override async ValueTask CloseAsync(bool finished)
    {
        if (_ahead is { } ahead)
            _ = DropAsync(ahead);
        _response.Dispose();
        if (!finished)
            await EndAsync(_transfers, _grain, _key).ConfigureAwait(false);
    }

    private void ReadAhead()
    {
        var count = (int)Math.Min(_rest, TransferDefaults.ChunkSize);
        _rest -= count;
        _ahead = count > 0 ? ReadAsync(count) : null;
    }

    /// <summary>
    /// Reads a chunk when the connection has capacity for it. A silo that stalls is abandoned like one that does not answer a call.
    /// </summary>
    private async Task<Payload> ReadAsync(int count)
    {
        await _transfers.Settings.EnterAsync(_closed).ConfigureAwait(false);
        try
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(_closed);
            late.CancelAfter(_transfers.Calls.Limits.AttemptTimeout);
            // Not returned when the read fails: the connection may still be writing into it.
            var rented = ArrayPool<byte>.Shared.Rent(count);
            await _body.ReadExactlyAsync(rented.AsMemory(0, count), late.Token).ConfigureAwait(false);
            return Payload.FromRented(rented, count);
        }
        catch (Exception e) when (DirectConnections.IsCut(e) && (e is not OperationCanceledException || !_closed.IsCancellationRequested))
        {
            throw new BackendUnavailableException(
                "The download was interrupted: its silo was lost or stopped sending.",
                _key,
                _transfers.Calls.Store,
                e
            )
            {
                Code = ErrorCodes.TransferEnded,
            };
        }
        finally
        {
            _transfers.Settings.Exit();
        }
    }
}
