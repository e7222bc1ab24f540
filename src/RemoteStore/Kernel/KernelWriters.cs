namespace RemoteStore;

/// <summary>The async API of a staged session.</summary>
internal sealed class KernelAsyncAtomicWriter(StagedSession session) : AsyncAtomicWriter
{
    public override string? ResumeToken => session.ResumeToken;

    public override long MaxBufferedBytes => session.MaxBufferedBytes;

    public override long Position
    {
        get => session.Position;
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        session.AppendAsync(buffer, cancellationToken);

    public override ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default) =>
        session.CommitAsync(cancellationToken);

    public override ValueTask<string> DetachAsync(CancellationToken cancellationToken = default) => session.FinishAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await session.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}

/// <summary>The sync API of a staged session.</summary>
internal sealed class KernelAtomicWriter(StagedSession session) : AtomicWriter
{
    // A span cannot be passed to the async kernel: it is copied through a small buffer.
    private byte[]? _copy;

    public override string? ResumeToken => session.ResumeToken;

    public override long MaxBufferedBytes => session.MaxBufferedBytes;

    public override long Position
    {
        get => session.Position;
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        Completed.Wait(session.AppendAsync(buffer.AsMemory(offset, count), default));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _copy ??= new byte[16 * 1024];
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, _copy.Length);
            buffer[..count].CopyTo(_copy);
            Write(_copy, 0, count);
            buffer = buffer[count..];
        }
    }

    public override WriteResult Commit() => Completed.Result(session.CommitAsync(default));

    public override string Detach() => Completed.Result(session.FinishAsync(default));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Completed.Wait(session.DisposeAsync());
        base.Dispose(disposing);
    }
}
