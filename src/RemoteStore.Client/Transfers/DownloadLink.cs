using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>One grain that reads a file, and the chunks asked of it ahead. Good until its first failure.</summary>
internal sealed class DownloadLink
{
    private readonly Transfers _transfers;
    private readonly IDownloadGrain _grain;
    private readonly string _key;
    private readonly Queue<Task<Payload>> _ahead = new();
    private CancellationToken _closed;
    private long _chunks;
    private long _asked;

    private DownloadLink(Transfers transfers, IDownloadGrain grain, string key) => (_transfers, _grain, _key) = (transfers, grain, key);

    internal static async ValueTask<(DownloadLink Link, WireFile File)> OpenAsync(
        Transfers transfers, string key, ReadRequest read, CancellationToken cancellationToken)
    {
        var request = new DownloadRequest
        {
            Store = transfers.Calls.Store,
            Key = key,
            Read = read,
            ChunkSize = TransferDefaults.ChunkSize,
            Window = TransferDefaults.Window,
        };
        var (grain, file) = await transfers.Calls.OpenTransferAsync<IDownloadGrain, DownloadRequest, WireFile>(
            key, request, static (g, r, t) => g.Open(r, t), cancellationToken).ConfigureAwait(false);
        return (new DownloadLink(transfers, grain, key), file);
    }

    /// <summary>Asks for the first chunks.</summary>
    /// <param name="length">The bytes to come.</param>
    /// <param name="closed">Ends all waiting.</param>
    internal void Start(long length, CancellationToken closed)
    {
        _closed = closed;
        _chunks = (length + TransferDefaults.ChunkSize - 1) / TransferDefaults.ChunkSize;
        AskAhead();
    }

    /// <summary>The next chunk. A cancelled wait leaves it where it is.</summary>
    internal async ValueTask<Payload> NextAsync(CancellationToken cancellationToken)
    {
        var chunk = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = _ahead.Dequeue();
        AskAhead();
        return chunk;
    }

    /// <summary>Drops what was asked for, and tells the grain unless it knows.</summary>
    internal async ValueTask CloseAsync(bool finished)
    {
        while (_ahead.TryDequeue(out var chunk))
            _ = DropAsync(chunk);
        if (!finished)
            await QuietCalls.RunAsync(_transfers.Calls, _key, _grain, static (g, _) => g.Close()).ConfigureAwait(false);
    }

    private void AskAhead()
    {
        while (_asked < _chunks && _ahead.Count < TransferDefaults.Window)
            _ahead.Enqueue(_transfers.CarryAsync(_key, (_grain, Sequence: _asked++), static (a, t) => a._grain.ReadChunk(a.Sequence, t), _closed));
    }

    private static async Task DropAsync(Task<Payload> chunk)
    {
        try
        {
            (await chunk.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is RemoteStoreException or OperationCanceledException)
        {
            // Nobody waits for it any more.
        }
    }
}
