namespace RemoteStore;

/// <summary>An async backend's atomic writer for a sync caller.</summary>
internal sealed class BlockingWriter(AsyncCallBlocker runner, AsyncAtomicWriter inner) : AtomicWriter
{
    private bool _disposed;

    public override string? ResumeToken => inner.ResumeToken;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsMemory(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // A span cannot be passed to asynchronous code.
        while (!buffer.IsEmpty)
        {
            var block = buffer[..Math.Min(buffer.Length, StreamIO.BlockSize)].ToArray();
            Write(block.AsMemory());
            buffer = buffer[block.Length..];
        }
    }

    public override WriteResult Commit() => runner.Run("open_atomic.commit", inner, static (w, token) => w.CommitAsync(token));

    public override string Detach() => runner.Run("open_atomic.detach", inner, static (w, token) => w.DetachAsync(token));

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            runner.Release(inner, static w => w.DisposeAsync());
        }

        base.Dispose(disposing);
    }

    private void Write(ReadOnlyMemory<byte> bytes) =>
        runner.Run("open_atomic.write", (inner, bytes), static (s, token) => s.inner.WriteAsync(s.bytes, token));
}
