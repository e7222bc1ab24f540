using System.Collections.Concurrent;

namespace RemoteStore.Cluster.Tests;

/// <summary>Counts what is staged and neither published nor dropped.</summary>
internal sealed class StagingWatch(AsyncBackend inner) : DelegatingBackend(inner)
{
    private readonly ConcurrentDictionary<object, bool> _open = new();
    private int _opened;

    /// <summary>What its writers say they collect.</summary>
    public long Collected { get; init; }

    public int Opened => _opened;

    public int Left => _open.Count;

    public override async ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref _opened);
        return new Writer(this, await base.OpenAtomicAsync(key, options, cancellationToken));
    }

    public override async ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var result = await base.CommitStagedAsync(key, token, options, cancellationToken);
        _open.TryRemove(token, out _);
        return result;
    }

    public override async ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default)
    {
        await base.AbortStagedAsync(key, token, cancellationToken);
        _open.TryRemove(token, out _);
    }

    private sealed class Writer : AsyncAtomicWriter
    {
        private readonly StagingWatch _watch;
        private readonly AsyncAtomicWriter _inner;

        public Writer(StagingWatch watch, AsyncAtomicWriter inner)
        {
            (_watch, _inner) = (watch, inner);
            _watch._open[this] = true;
        }

        public override long MaxBufferedBytes => _watch.Collected;

        public override long Position
        {
            get => _inner.Position;
            set => _inner.Position = value;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _inner.WriteAsync(buffer, cancellationToken);

        public override ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public override async ValueTask<string> DetachAsync(CancellationToken cancellationToken = default)
        {
            var token = await _inner.DetachAsync(cancellationToken);
            _watch._open.TryRemove(this, out _);
            _watch._open[token] = true;
            return token;
        }

        public override async ValueTask DisposeAsync()
        {
            await _inner.DisposeAsync();
            _watch._open.TryRemove(this, out _);
        }
    }
}
