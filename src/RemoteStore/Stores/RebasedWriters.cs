namespace RemoteStore;

/// <summary>A backend's writer as a scoped store exposes it.</summary>
internal sealed class RebasedAsyncWriter(AsyncAtomicWriter inner, StoreScope scope) : AsyncAtomicWriter
{
    public override string? ResumeToken => inner.ResumeToken;

    public override long MaxBufferedBytes => inner.MaxBufferedBytes;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    public override async ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return scope.Rebase(await inner.CommitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (RemoteStoreException e) when (scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    public override ValueTask<string> DetachAsync(CancellationToken cancellationToken = default) => inner.DetachAsync(cancellationToken);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}

/// <summary>A backend's writer as a scoped store exposes it.</summary>
internal sealed class RebasedWriter(AtomicWriter inner, StoreScope scope) : AtomicWriter
{
    public override string? ResumeToken => inner.ResumeToken;

    public override long MaxBufferedBytes => inner.MaxBufferedBytes;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (RemoteStoreException e) when (scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    public override WriteResult Commit()
    {
        try
        {
            return scope.Rebase(inner.Commit());
        }
        catch (RemoteStoreException e) when (scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    public override string Detach() => inner.Detach();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
