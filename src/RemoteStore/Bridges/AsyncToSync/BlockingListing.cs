using System.Collections;

namespace RemoteStore;

/// <summary>An async backend's listing for a sync caller: one pull at a time. The source is released when the caller stops early.</summary>
internal sealed class BlockingListing(AsyncCallBlocker runner, IAsyncEnumerable<RemoteEntry> listing) : IEnumerable<RemoteEntry>
{
    public IEnumerator<RemoteEntry> GetEnumerator() =>
        new Enumerator(
            runner,
            runner.Run("list", listing, static (l, token) => new ValueTask<IAsyncEnumerator<RemoteEntry>>(l.GetAsyncEnumerator(token)))
        );

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Enumerator(AsyncCallBlocker runner, IAsyncEnumerator<RemoteEntry> source) : IEnumerator<RemoteEntry>
    {
        private Task<bool>? _pending;
        private bool _disposed;

        public RemoteEntry Current => source.Current;

        object IEnumerator.Current => Current;

        public bool MoveNext() => !_disposed && runner.Run("list", this, static (e, _) => e.PullAsync());

        public void Reset() => throw new NotSupportedException("A listing can be enumerated only once.");

        public void Dispose()
        {
            if (_disposed)
                return;
            _disposed = true;
            runner.Release(this, static e => e.ReleaseAsync());
        }

        private ValueTask<bool> PullAsync()
        {
            var pull = source.MoveNextAsync();
            if (pull.IsCompleted)
                return pull;
            _pending = pull.AsTask();
            return new ValueTask<bool>(_pending);
        }

        /// <summary>A pull that the close has abandoned is still running, and the source can be disposed only after it.</summary>
        private async ValueTask ReleaseAsync()
        {
            if (_pending is { } pending)
                await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }
}
