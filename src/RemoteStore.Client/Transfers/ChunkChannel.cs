using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>Requests chunks from a grain, some of them ahead.</summary>
internal sealed class ChunkChannel : DownloadChannel
{
    private readonly TransferClient _transfers;
    private readonly IDownloadGrain _grain;
    private readonly string _key;
    private readonly Queue<Task<Payload>> _ahead = new();
    private CancellationToken _closed;
    private long _chunks;
    private long _asked;

    internal ChunkChannel(TransferClient transfers, IDownloadGrain grain, string key) =>
        (_transfers, _grain, _key) = (transfers, grain, key);

    internal override void Start(long length, CancellationToken closed)
    {
        _closed = closed;
        _chunks = (length + TransferDefaults.ChunkSize - 1) / TransferDefaults.ChunkSize;
        AskAhead();
    }

    internal override async ValueTask<Payload> NextAsync(CancellationToken cancellationToken)
    {
        var chunk = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = _ahead.Dequeue();
        AskAhead();
        return chunk;
    }

    internal override async ValueTask CloseAsync(bool finished)
    {
        while (_ahead.TryDequeue(out var chunk))
            _ = DropAsync(chunk);
        if (!finished)
            await EndAsync(_transfers, _grain, _key).ConfigureAwait(false);
    }

    private void AskAhead()
    {
        while (_asked < _chunks && _ahead.Count < TransferDefaults.Window)
            _ahead.Enqueue(
                _transfers.CarryAsync(_key, (_grain, Sequence: _asked++), static (a, t) => a._grain.ReadChunk(a.Sequence, t), _closed)
            );
    }
}
