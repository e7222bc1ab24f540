using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>Small content that was received inline, read from its own pooled array.</summary>
internal sealed class PayloadStream(RemoteFileInfo info, Payload content) : RemoteReadStream
{
    private readonly Payload _content = content;
    private int _position;
    private bool _disposed;

    public override RemoteFileInfo Info => info;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => !_disposed;

    public override long Length => _content.Length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var rest = _content.Memory.Span[Math.Min(_position, _content.Length)..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
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
        ObjectDisposedException.ThrowIf(_disposed, this);
        var target = checked(
            offset
            + origin switch
            {
                SeekOrigin.Begin => 0,
                SeekOrigin.Current => _position,
                _ => _content.Length,
            }
        );
        if (target < 0)
            throw new IOException("The position must not be before the start of the file.");
        _position = (int)Math.Min(target, int.MaxValue);
        return target;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            _content.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
