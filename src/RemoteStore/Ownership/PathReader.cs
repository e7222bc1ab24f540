namespace RemoteStore.Ownership;

/// <summary>
/// Reads of one path away from its owner, as linearizable as at the owner: a cached entry is returned only after the owner has confirmed it
/// in response to a request that was sent after the read arrived. Concurrent reads share a request. Safe for any number of callers.
/// </summary>
internal sealed class PathReader : IDisposable
{
    private readonly string _key;
    private readonly string _store;
    private readonly Func<string?, int, Task<PathSnapshot?>> _owner;
    private readonly PathOwnerOptions _options;
    private readonly RequestCoalescer<PathSnapshot> _answers;
    private readonly Lock _lock = new();
    private PathSnapshot? _kept;
    private bool _isCharged;
    private bool _disposed;

    /// <summary>Creates the reader; no request is sent yet.</summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="store">The name in errors.</param>
    /// <param name="owner">
    /// Requests the whole file from the owner, or from another reader; null if the given version is still current. The number is that of
    /// the reads it serves.
    /// </param>
    /// <param name="options">Cache limits.</param>
    /// <param name="limit">The maximum number of reads that share one response.</param>
    internal PathReader(string key, string store, Func<string?, int, Task<PathSnapshot?>> owner, PathOwnerOptions options, int limit)
    {
        (_key, _store, _owner, _options) = (key, store, owner, options);
        _answers = new RequestCoalescer<PathSnapshot>(ConfirmAsync, limit);
    }

    /// <summary>The file as of now, or as of any time after this call began; null if too many reads are waiting.</summary>
    internal Task<PathSnapshot>? CurrentAsync() => _answers.TryJoin(out var answer) ? answer : null;

    /// <summary>Releases the cached memory and caches nothing from now on. Waiting reads are answered.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Drop();
        }
    }

    private async Task<PathSnapshot> ConfirmAsync(int reads)
    {
        var kept = _kept;
        try
        {
            return await _owner(kept?.Info!.ETag, reads).ConfigureAwait(false) is { } news
                ? Keep(news)
                : kept
                    ?? throw new RemoteStoreException(
                        "Internal error: the owner returned 'not modified' without a cached version.",
                        _key,
                        _store
                    );
        }
        catch (Exception e)
        {
            return Failed(e);
        }
    }

    private PathSnapshot Failed(Exception e)
    {
        lock (_lock)
            Drop();
        return new PathSnapshot(
            _store,
            e as RemoteStoreException ?? new BackendUnavailableException("Could not reach the owner of the path.", _key, _store, e)
        );
    }

    /// <summary>A snapshot that may not be cached answers only the waiting reads.</summary>
    private PathSnapshot Keep(PathSnapshot snapshot)
    {
        lock (_lock)
        {
            Drop();
            if (
                _disposed
                || _options.ExternalWriters
                || !snapshot.IsKeepable
                || snapshot.Length > _options.CacheLimit
                || _options.Budget?.TryTake(snapshot.Length) == false
            )
                return snapshot;
            _isCharged = _options.Budget is not null;
            return _kept = snapshot;
        }
    }

    private void Drop()
    {
        if (_isCharged)
            _options.Budget!.Release(_kept!.Length);
        (_isCharged, _kept) = (false, null);
    }
}
