namespace RemoteStore.Ownership;

/// <summary>
/// Reads of one path away from its owner, as linearizable as at the owner: what is kept here answers a read only after the owner confirmed
/// it by a question that was put after the read came. Reads that come at the same time share a question. Safe for any number of callers.
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

    /// <summary>Creates the reader; nothing is asked yet.</summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="store">The name in errors.</param>
    /// <param name="owner">
    /// Asks the owner, or another reader, for the whole file, unless its version is still the one given: then null. It is reported for how
    /// many reads it asks.
    /// </param>
    /// <param name="options">What may be kept.</param>
    /// <param name="limit">How many reads may wait for one answer.</param>
    internal PathReader(string key, string store, Func<string?, int, Task<PathSnapshot?>> owner, PathOwnerOptions options, int limit)
    {
        (_key, _store, _owner, _options) = (key, store, owner, options);
        _answers = new RequestCoalescer<PathSnapshot>(ConfirmAsync, limit);
    }

    /// <summary>The file as it is now or was after this call began; null if too many wait already.</summary>
    internal Task<PathSnapshot>? CurrentAsync() => _answers.TryJoin(out var answer) ? answer : null;

    /// <summary>Returns the memory and keeps nothing from now on. Reads that wait are answered.</summary>
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
                : kept ?? throw new RemoteStoreException("The owner confirmed a version that nobody has.", _key, _store);
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
            e as RemoteStoreException ?? new BackendUnavailableException("The path's owner could not be asked.", _key, _store, e)
        );
    }

    /// <summary>What may not be kept answers those who wait for it, and is then forgotten.</summary>
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
