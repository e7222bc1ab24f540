using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>A driver's stream, with its native errors mapped on every path. Ending before the last byte is an error too.</summary>
internal sealed class KernelReadStream(Kernel kernel, string key, DriverRead read, long size) : RemoteReadStream
{
    private readonly Stream _inner = read.Stream;
    private bool _disposed;
    private long _position;

    public override RemoteFileInfo Info => read.Info;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => !_disposed && _inner.CanSeek;

    public override long Length => Mapped(_inner, static s => s.Length);

    public override long Position
    {
        get => Mapped(_inner, static s => s.Position);
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ThrowIfDisposed();
        try
        {
            return Counted(_inner.Read(buffer), buffer.Length);
        }
        catch (Exception e) when (Map(e) is { } mapped)
        {
            throw mapped;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        try
        {
            return Counted(
                await StreamIO.ReadAsync(_inner, buffer, kernel.Synchronous, cancellationToken).ConfigureAwait(false),
                buffer.Length
            );
        }
        catch (Exception e) when (Map(e) is { } mapped)
        {
            throw mapped;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => _position = Mapped(_inner, s => s.Seek(offset, origin));

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            await StreamIO.DisposeAsync(_inner, kernel.Synchronous).ConfigureAwait(false);
        }
        catch (Exception e) when (Map(e) is { } mapped)
        {
            throw mapped;
        }

        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
            return;
        _disposed = true;
        Mapped(
            _inner,
            static s =>
            {
                s.Dispose();
                return 0L;
            }
        );
        base.Dispose(disposing);
    }

    private int Counted(int count, int wanted)
    {
        if (count == 0 && wanted > 0 && _position < size)
            throw kernel.EndedEarly(key, _position, size);
        _position += count;
        return count;
    }

    private long Mapped(Stream inner, Func<Stream, long> call)
    {
        try
        {
            return call(inner);
        }
        catch (Exception e) when (Map(e) is { } mapped)
        {
            throw mapped;
        }
    }

    // Unsupported operations and use after disposal are the caller's errors and pass unchanged.
    private RemoteStoreException? Map(Exception e) =>
        e is NotSupportedException || (e is ObjectDisposedException && _disposed)
            ? null
            : kernel.Translate(e, DriverOperation.ReadStream, key);

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
