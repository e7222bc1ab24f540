namespace RemoteStore;

/// <summary>A backend's stream as a scoped store exposes it: its info and its errors use the store's paths.</summary>
internal sealed class RebasedReadStream(RemoteReadStream inner, StoreScope scope) : RemoteReadStream
{
    public override RemoteFileInfo Info { get; } = scope.Rebase(inner.Info);

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return inner.Read(buffer);
        }
        catch (RemoteStoreException e) when (scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    internal override async ValueTask<byte[]> RentExactlyAsync(int count, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.RentExactlyAsync(count, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
