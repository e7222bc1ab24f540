namespace RemoteStore;

/// <summary>A writer whose commit is reported as an operation of its own.</summary>
internal sealed class ObservedAsyncWriter(AsyncAtomicWriter inner, string key, OperationObserver observer) : AsyncAtomicWriter
{
    public override string? ResumeToken => inner.ResumeToken;

    public override long MaxBufferedBytes => inner.MaxBufferedBytes;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default) =>
        observer.RunAsync(
            new BackendCall(Operations.Commit, key, CallTraits.Mutation),
            inner,
            static (w, t) => w.CommitAsync(t),
            cancellationToken
        );

    public override ValueTask<string> DetachAsync(CancellationToken cancellationToken = default) => inner.DetachAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
