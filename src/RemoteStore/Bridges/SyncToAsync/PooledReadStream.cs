using System.Buffers;

namespace RemoteStore;

/// <summary>
/// A sync backend's stream, read on the pool: one thread switch per read, no read-ahead. Seekable if the inner stream is.
/// </summary>
internal sealed class PooledReadStream : RemoteReadStream
{
    // A cancelled read continues in the background, so it never fills the caller's own buffer; this bounds the copy.
    private const int MaxRead = 1024 * 1024;

    private readonly BlockingResource<RemoteReadStream> _inner;
    private readonly bool _seekable;
    private readonly long _length;
    private long _position;
    private bool _moved;
    private bool _disposed;

    private PooledReadStream(BlockingCallScheduler runner, RemoteReadStream inner)
    {
        _inner = new BlockingResource<RemoteReadStream>(runner, inner);
        _seekable = inner.CanSeek;
        _length = _seekable ? inner.Length : 0;
        _position = _seekable ? inner.Position : 0;
        Info = inner.Info;
    }

    public override RemoteFileInfo Info { get; }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => _seekable && !_disposed;

    public override long Length => _seekable ? _length : throw NotSeekable();

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Wraps a newly opened stream, on the thread that opened it.</summary>
    internal static RemoteReadStream Wrap(BlockingCallScheduler runner, RemoteReadStream inner)
    {
        try
        {
            return new PooledReadStream(runner, inner);
        }
        catch
        {
            inner.Dispose();
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This stream is asynchronous: use ReadAsync, or open it from a Store.");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
            return 0;
        var call = new ReadCall(this, buffer) { Operation = "read", Owner = _inner };
        return await _inner.UseAsync(call, cancellationToken).ConfigureAwait(false);
    }

    internal override async ValueTask<byte[]> RentExactlyAsync(int count, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var call = new RentCall(this, count) { Operation = "read", Owner = _inner };
        return await _inner.UseAsync(call, cancellationToken).ConfigureAwait(false);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_seekable)
            throw NotSeekable();
        var target = checked(
            offset
            + origin switch
            {
                SeekOrigin.Begin => 0,
                SeekOrigin.Current => _position,
                SeekOrigin.End => _length,
                _ => throw new ArgumentOutOfRangeException(nameof(origin)),
            }
        );
        if (target < 0)
            throw new IOException("The position must not be before the start of the file.");
        _moved |= target != _position;
        return _position = target;
    }

    public override ValueTask DisposeAsync()
    {
        _disposed = true;
        GC.SuppressFinalize(this);
        return _inner.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        if (disposing)
            _inner.Release();
        base.Dispose(disposing);
    }

    private static NotSupportedException NotSeekable() => new("The stream cannot seek.");

    /// <summary>The inner stream, moved to the position of this one.</summary>
    private RemoteReadStream InPlace()
    {
        var inner = _inner.Value;
        if (_moved)
            inner.Position = _position;
        _moved = false;
        return inner;
    }

    private sealed class RentCall(PooledReadStream stream, int count) : BlockingCall<byte[]>
    {
        private protected override byte[] Execute()
        {
            var inner = stream.InPlace();
            var rented = ArrayPool<byte>.Shared.Rent(count);
            try
            {
                for (int filled = 0, read; filled < count; filled += read)
                {
                    if ((read = inner.Read(rented, filled, count - filled)) == 0)
                        throw StreamIO.EndedEarly(inner, count - filled);
                }

                return rented;
            }
            catch
            {
                ArrayPool<byte>.Shared.Return(rented);
                throw;
            }
        }

        private protected override void Publish(byte[] result) => stream._position += count;

        private protected override void Discard(byte[] result) => ArrayPool<byte>.Shared.Return(result);
    }

    private sealed class ReadCall(PooledReadStream stream, Memory<byte> target) : BlockingCall<int>
    {
        private byte[]? _buffer;

        private protected override int Execute()
        {
            var inner = stream.InPlace();
            var count = Math.Min(target.Length, MaxRead);
            _buffer = ArrayPool<byte>.Shared.Rent(count);
            return inner.Read(_buffer, 0, count);
        }

        private protected override void Publish(int result)
        {
            _buffer.AsSpan(0, result).CopyTo(target.Span);
            stream._position += result;
            Discard(result);
        }

        private protected override void Discard(int result) => ArrayPool<byte>.Shared.Return(_buffer!);
    }
}
