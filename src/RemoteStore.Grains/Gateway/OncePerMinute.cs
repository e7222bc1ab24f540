namespace RemoteStore.Grains;

/// <summary>
/// Lets each key through once a minute and counts the suppressed attempts. Remembers a bounded number of keys. Thread-safe.
/// </summary>
internal sealed class OncePerMinute<TKey>(TimeProvider clock)
    where TKey : notnull
{
    private const int MaxKeys = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, (long At, int Suppressed)> _seen = [];

    /// <summary>Whether the key may pass now.</summary>
    /// <param name="key">The key.</param>
    /// <param name="suppressed">The number of suppressed attempts since the key last passed.</param>
    internal bool TryEnter(TKey key, out int suppressed)
    {
        lock (_lock)
        {
            suppressed = 0;
            var now = clock.GetTimestamp();
            if (_seen.TryGetValue(key, out var last) && clock.GetElapsedTime(last.At, now) < Pause)
            {
                _seen[key] = (last.At, last.Suppressed + 1);
                return false;
            }

            if (_seen.Count >= MaxKeys && !MakeRoom(now))
                return false;
            suppressed = last.Suppressed;
            _seen[key] = (now, 0);
            return true;
        }
    }

    private bool MakeRoom(long now)
    {
        foreach (var (key, seen) in _seen)
        {
            if (clock.GetElapsedTime(seen.At, now) >= Pause)
                _seen.Remove(key);
        }

        return _seen.Count < MaxKeys;
    }
}
