namespace RemoteStore.Memory;

/// <summary>How long a memory backend keeps unchanged staged bytes.</summary>
internal static class MemoryStagingGrace
{
    internal static readonly TimeSpan Default = TimeSpan.FromHours(1);

    internal static TimeSpan Checked(TimeSpan? grace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(grace ?? Default, TimeSpan.Zero, nameof(grace));
        return grace ?? Default;
    }
}
