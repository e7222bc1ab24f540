using System.Buffers;
using System.Runtime.ExceptionServices;

namespace RemoteStore;

/// <summary>
/// An async backend's stream for a sync caller: forward-only, at most one pull in flight, no read-ahead. After a failed read every later
/// read fails too, so a failed stream never looks complete.
/// </summary>
internal sealed class BlockingReadStream(AsyncCallBlocker runner, RemoteReadStream inner) : RemoteReadStream
{
    // A pull that the close has abandoned continues in the background, so it never fills the caller's own buffer.
    private const int MaxRead = 1024 * 1024;

    private byte[]? _buffer;
    private ExceptionDispatchInfo? _failure;
    private long _position;
    private volatile bool _reading;
    private bool _disposed;

    public override RemoteFileInfo Info { get; } = inner.Info;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override long Length => throw NotSeekable();

    public override long Position
    {
        get => _position;
        set => throw NotSeekable();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        CallerContext.ThrowIfAsynchronous();
        ObjectDisposedException.ThrowIf(_disposed, this);
        _failure?.Throw();
        if (buffer.IsEmpty)
            return 0;
        var count = Pull(Math.Min(buffer.Length, MaxRead), buffer);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return base.ReadAsync(buffer, cancellationToken);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw NotSeekable();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (_buffer is not null && _failure is null && !_reading)
                ArrayPool<byte>.Shared.Return(_buffer);
            runner.Release(inner, static s => s.DisposeAsync());
        }

        base.Dispose(disposing);
    }

    private static NotSupportedException NotSeekable() => new("The stream cannot seek. Use ReadSeekable.");

    private int Pull(int count, Span<byte> target)
    {
        _reading = true;
        if (_buffer is null || _buffer.Length < count)
        {
            if (_buffer is not null)
                ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(count);
        }

        try
        {
            count = runner.Run(
                "read",
                (inner, Target: _buffer.AsMemory(0, count)),
                static (s, token) => s.inner.ReadAsync(s.Target, token)
            );
            _buffer.AsSpan(0, count).CopyTo(target);
            _reading = false;
            return count;
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }
}
