namespace RemoteStore.Ownership;

/// <summary>Limits the bytes of content that all sharers of this budget may keep in memory. Safe for any number of callers.</summary>
/// <param name="limit">The bytes.</param>
internal sealed class ContentBudget(long limit)
{
    private long _used;

    /// <summary>The bytes in use.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Takes bytes if they are available.</summary>
    /// <param name="count">How many.</param>
    /// <returns>Whether they were available; then return them with <see cref="Release"/>.</returns>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _used, count) <= limit)
            return true;
        Release(count);
        return false;
    }

    /// <summary>Returns bytes to the budget.</summary>
    /// <param name="count">How many were taken.</param>
    public void Release(long count) => Interlocked.Add(ref _used, -count);
}
