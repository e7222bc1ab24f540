using System.Runtime.InteropServices;

namespace RemoteStore;

/// <summary>A sync backend's atomic writer, used on the pool.</summary>
internal sealed class PooledWriter(BlockingCallScheduler runner, AtomicWriter inner) : AsyncAtomicWriter
{
    private readonly BlockingResource<AtomicWriter> _inner = new(runner, inner);
    private long _position = inner.Position;

    public override string? ResumeToken { get; } = inner.ResumeToken;

    public override long MaxBufferedBytes { get; } = inner.MaxBufferedBytes;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return;
        _position = await _inner.UseAsync("open_atomic.write", Write, ArrayOf(buffer), cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default) =>
        _inner.UseAsync("open_atomic.commit", static (w, _) => w.Commit(), 0, cancellationToken);

    public override ValueTask<string> DetachAsync(CancellationToken cancellationToken = default) =>
        _inner.UseAsync("open_atomic.detach", static (w, _) => w.Detach(), 0, cancellationToken);

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _inner.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Release();
        base.Dispose(disposing);
    }

    private static long Write(AtomicWriter writer, ArraySegment<byte> bytes)
    {
        writer.Write(bytes.Array!, bytes.Offset, bytes.Count);
        return writer.Position;
    }

    // A cancelled write may read the buffer after its caller has continued: native memory could have been freed.
    private static ArraySegment<byte> ArrayOf(ReadOnlyMemory<byte> buffer) =>
        MemoryMarshal.TryGetArray(buffer, out var array) ? array : new ArraySegment<byte>(buffer.ToArray());
}
