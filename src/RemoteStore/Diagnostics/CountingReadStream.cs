namespace RemoteStore;

/// <summary>A stream that adds the bytes read from it to the metrics once it is disposed.</summary>
internal sealed class CountingReadStream(RemoteReadStream inner, string operation, string backend) : RemoteReadStream
{
    private long _bytes;
    private int _disposed;

    public override RemoteFileInfo Info => inner.Info;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Counted(inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    internal override async ValueTask<byte[]> RentExactlyAsync(int count, CancellationToken cancellationToken)
    {
        var rented = await inner.RentExactlyAsync(count, cancellationToken).ConfigureAwait(false);
        Counted(count);
        return rented;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override async ValueTask DisposeAsync()
    {
        Report();
        await inner.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Report();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Counted(int count)
    {
        _bytes += count;
        return count;
    }

    private void Report()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            OperationScope.AddBytes(_bytes, operation, backend);
    }
}
