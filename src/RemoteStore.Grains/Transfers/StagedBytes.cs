namespace RemoteStore.Grains;

/// <summary>
/// The bytes that uploads of one store have staged through this silo and not yet published: those of open uploads, and those kept under
/// a token. Kept bytes count until they are committed or aborted through this silo, at most for <see cref="Longest"/>. Thread-safe.
/// </summary>
internal sealed class StagedBytes(string store, long quota, TimeProvider clock)
{
    internal static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Bytes, DateTimeOffset Until)> _kept = new(StringComparer.Ordinal);
    private long _used;

    internal long Used
    {
        get
        {
            lock (_lock)
                return _used;
        }
    }

    internal Upload Open() => new(this);

    /// <summary>Records that the bytes of a token are published or deleted.</summary>
    internal void Gone(string token)
    {
        lock (_lock)
        {
            if (_kept.Remove(token, out var kept))
                _used -= kept.Bytes;
        }
    }

    private void Take(long bytes, string key)
    {
        lock (_lock)
        {
            if (_used + bytes > quota)
                DropOld();
            if (_used + bytes > quota)
                throw Refusals.Full(
                    $"Uploads have staged {_used} bytes of the store's quota of {quota}. Commit or abort kept uploads.",
                    key,
                    store
                );
            _used += bytes;
        }
    }

    private void DropOld()
    {
        var now = clock.GetUtcNow();
        foreach (var (token, kept) in _kept)
        {
            if (kept.Until > now)
                continue;
            _kept.Remove(token);
            _used -= kept.Bytes;
        }
    }

    /// <summary>The bytes of one upload. Used on the turns of its grain.</summary>
    internal sealed class Upload(StagedBytes all)
    {
        private long _bytes;

        /// <exception cref="BackendUnavailableException">The quota is used up.</exception>
        internal void Add(long bytes, string key)
        {
            all.Take(bytes, key);
            _bytes += bytes;
        }

        /// <summary>Keeps counting the bytes under the token when the upload ends.</summary>
        internal void Keep(string token)
        {
            lock (all._lock)
                all._kept[token] = (_bytes, all.Now + Longest);
            _bytes = 0;
        }

        internal void End()
        {
            lock (all._lock)
                all._used -= _bytes;
            _bytes = 0;
        }
    }

    private DateTimeOffset Now => clock.GetUtcNow();
}
