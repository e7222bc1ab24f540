using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>A large body, fetched in chunks with some of them asked for ahead, of one version from the first byte to the last.</summary>
internal sealed class DownloadStream : RemoteReadStream
{
    private readonly ClusterCalls _calls;
    private readonly IDownloadGrain _grain;
    private readonly Queue<Task<Payload>> _ahead = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly long _length;
    private readonly long _chunks;
    private Payload? _current;
    private int _used;
    private long _position;
    private long _asked;
    private bool _disposed;

    private DownloadStream(ClusterCalls calls, IDownloadGrain grain, RemoteFileInfo info, long length)
    {
        (_calls, _grain, Info, _length) = (calls, grain, info, length);
        _chunks = (length + TransferDefaults.ChunkSize - 1) / TransferDefaults.ChunkSize;
    }

    public override RemoteFileInfo Info { get; }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override long Length => throw NoSeek();

    public override long Position
    {
        get => throw NoSeek();
        set => throw NoSeek();
    }

    /// <summary>Opens the version that is there now, which may be a later one than the owner has just named, and stays with it.</summary>
    internal static async ValueTask<RemoteReadStream> OpenAsync(
        ClusterCalls calls, string key, ReadOptions options, CancellationToken cancellationToken)
    {
        var request = new DownloadRequest
        {
            Store = calls.Store,
            Key = key,
            Read = ReadRequest.From(options),
            ChunkSize = TransferDefaults.ChunkSize,
        };
        var (grain, file) = await calls.OpenTransferAsync<IDownloadGrain, DownloadRequest, WireFile>(
            key, request, static (g, r, t) => g.Open(r, t), cancellationToken).ConfigureAwait(false);
        var info = file.ToInfo(key);
        var stream = new DownloadStream(calls, grain, info, options.Range?.CountOf(info.Size) ?? info.Size);
        stream.AskAhead();
        return stream;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || _position == _length)
            return 0;
        if (_current is null)
            await NextChunkAsync(cancellationToken).ConfigureAwait(false);
        var rest = _current!.Memory[_used..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _used += count;
        _position += count;
        if (_used == _current.Length)
            DropCurrent();
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This stream is asynchronous: use ReadAsync, or read from a Store.");

    public override long Seek(long offset, SeekOrigin origin) => throw NoSeek();

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        var unfinished = _position < _length;
        DropCurrent();
        await _closed.CancelAsync().ConfigureAwait(false);
        DropAhead();
        if (unfinished)
            await CloseQuietlyAsync().ConfigureAwait(false);
        _closed.Dispose();
        GC.SuppressFinalize(this);
    }

    // A caller that disposes synchronously does not wait for the cluster; an unheard close is made good by the idle sweep.
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            _ = DisposeAsync().AsTask();
        base.Dispose(disposing);
    }

    private static NotSupportedException NoSeek() => new("The stream cannot seek.");

    private void AskAhead()
    {
        while (_asked < _chunks && _ahead.Count < TransferDefaults.Window)
            _ahead.Enqueue(AskAsync(_asked++));
    }

    private Task<Payload> AskAsync(long sequence) => _calls.RunAsync(
        Info.Path, (_grain, sequence), static (a, t) => a._grain.ReadChunk(a.sequence, t), _closed.Token).AsTask();

    /// <summary>A cancelled wait leaves the chunk where it is: the next read gets it.</summary>
    private async ValueTask NextChunkAsync(CancellationToken cancellationToken)
    {
        _current = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = _ahead.Dequeue();
        _used = 0;
        AskAhead();
    }

    private void DropCurrent()
    {
        _current?.Dispose();
        _current = null;
    }

    private void DropAhead()
    {
        while (_ahead.TryDequeue(out var chunk))
            _ = DropAsync(chunk);
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

    private async ValueTask CloseQuietlyAsync()
    {
        try
        {
            await _calls.RunAsync(Info.Path, _grain, static (g, _) => g.Close(), default).ConfigureAwait(false);
        }
        catch (RemoteStoreException)
        {
            // The silo is gone, and the open file with it; or the idle sweep will close it.
        }
    }
}
