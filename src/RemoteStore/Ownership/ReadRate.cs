namespace RemoteStore.Ownership;

/// <summary>Counts reads per second. A field of one owner or reader, which calls it in its turns only.</summary>
internal struct ReadRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private long _began;
    private int _count;
    private bool _wasHigh;

    /// <summary>Counts reads.</summary>
    /// <returns>Whether the count of this second, or of the previous one, has reached the limit.</returns>
    internal bool Count(int reads, int limit, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        var age = clock.GetElapsedTime(_began, now);
        if (age >= Window)
        {
            _wasHigh = _count >= limit && age < Window * 2;
            (_began, _count) = (now, 0);
        }

        _count = (int)Math.Min((long)_count + Math.Max(1, reads), int.MaxValue);
        return _count >= limit || _wasHigh;
    }
}
