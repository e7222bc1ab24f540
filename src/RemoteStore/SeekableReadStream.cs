namespace RemoteStore;

/// <summary>
/// Random access over ranged reads: each seek drops the open range and opens one from the new position, of the same version. It has no
/// buffer, so a small read after a seek transfers only the requested bytes.
/// </summary>
internal sealed class SeekableReadStream : RemoteReadStream
{
    private readonly AsyncBackend _backend;
    private readonly string _key;
    private readonly bool _synchronous;
    private Stream? _range;
    private long _position;
    private bool _disposed;

    private SeekableReadStream(AsyncBackend backend, string key, RemoteReadStream first)
    {
        _backend = backend;
        _key = key;
        _synchronous = backend is InlineBackend;
        Info = first.Info;
        _range = first;
    }

    public override RemoteFileInfo Info { get; }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => !_disposed;

    public override long Length => Info.Size;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    internal static async ValueTask<RemoteReadStream> OpenAsync(AsyncBackend backend, string key, CancellationToken cancellationToken)
    {
        var first = await backend.ReadAsync(key, null, cancellationToken).ConfigureAwait(false);
        return first.CanSeek ? first : new SeekableReadStream(backend, key, first);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (!_synchronous)
            throw new NotSupportedException("This stream is asynchronous: use ReadAsync, or open it from a Store.");
        return Completed.Result(ReadAsync(buffer.AsMemory(offset, count)));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || _position >= Info.Size)
            return 0;
        _range ??= await _backend
            .ReadAsync(_key, new ReadOptions { Range = new ByteRange(_position), IfMatch = Info.ETag }, cancellationToken)
            .ConfigureAwait(false);
        var count = await StreamIO.ReadAsync(_range, buffer, _synchronous, cancellationToken).ConfigureAwait(false);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var target = checked(
            offset
            + origin switch
            {
                SeekOrigin.Begin => 0,
                SeekOrigin.Current => _position,
                SeekOrigin.End => Info.Size,
                _ => throw new ArgumentOutOfRangeException(nameof(origin)),
            }
        );
        if (target < 0)
            throw new IOException("The position must not be before the start of the file.");
        if (target != _position)
        {
            _range?.Dispose();
            _range = null;
        }

        return _position = target;
    }

    public override async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_range is { } range)
            await StreamIO.DisposeAsync(range, _synchronous).ConfigureAwait(false);
        _range = null;
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        if (disposing)
            _range?.Dispose();
        _range = null;
        base.Dispose(disposing);
    }
}
