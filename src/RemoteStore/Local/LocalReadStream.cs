using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>A range of an opened file, unbuffered and seekable within the range. Owns the handle.</summary>
internal sealed class LocalReadStream(SafeFileHandle handle, long start, long length) : Stream
{
    private long _position;

    public override bool CanRead => !handle.IsClosed;

    public override bool CanSeek => !handle.IsClosed;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var rest = Math.Max(0, length - _position);
        var wanted = (int)Math.Min(rest, buffer.Length);
        if (wanted == 0)
            return 0;
        var count = RandomAccess.Read(handle, buffer[..wanted], start + _position);
        if (count == 0)
            throw new RemoteStoreException("The file was truncated while it was read. Open it again.") { IsTransient = true };
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target =
            offset
            + origin switch
            {
                SeekOrigin.Begin => 0,
                SeekOrigin.Current => _position,
                _ => length,
            };
        return target < 0 ? throw new IOException("The position must not be before the start of the file.") : _position = target;
    }

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException("The stream is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is read-only.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            handle.Dispose();
        base.Dispose(disposing);
    }
}
