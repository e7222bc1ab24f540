namespace RemoteStore.Cluster.Tests;

/// <summary>Does something before each append to what is staged; they are counted over all its writers.</summary>
internal sealed class WatchedAppends(AsyncBackend inner, Func<int, Task> before) : DelegatingBackend(inner)
{
    private int _appends;

    public override async ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new Writer(this, await base.OpenAtomicAsync(key, options, cancellationToken));

    private Task AppendAsync() => before(Interlocked.Increment(ref _appends) - 1);

    private sealed class Writer(WatchedAppends all, AsyncAtomicWriter inner) : AsyncAtomicWriter
    {
        public override string? ResumeToken => inner.ResumeToken;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await all.AppendAsync();
            await inner.WriteAsync(buffer, cancellationToken);
        }

        public override ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default) =>
            inner.CommitAsync(cancellationToken);

        public override ValueTask<string> DetachAsync(CancellationToken cancellationToken = default) =>
            inner.DetachAsync(cancellationToken);

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
