namespace RemoteStore.Ownership;

/// <summary>How many bytes of content may be kept in memory by all that share this budget. Safe for any number of callers.</summary>
/// <param name="limit">The bytes.</param>
internal sealed class ContentBudget(long limit)
{
    private long _used;

    /// <summary>The bytes taken now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Takes bytes if they are free.</summary>
    /// <param name="count">How many.</param>
    /// <returns>Whether they were; then <see cref="Release"/> gives them back.</returns>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _used, count) <= limit)
            return true;
        Release(count);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    /// <param name="count">How many were taken.</param>
    public void Release(long count) => Interlocked.Add(ref _used, -count);
}
