using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>How an <see cref="AsyncBackendSyncAdapter"/> closes and reports. Checked when the adapter is constructed.</summary>
public sealed record AsyncBackendSyncAdapterOptions
{
    /// <summary>The defaults.</summary>
    public static AsyncBackendSyncAdapterOptions Default { get; } = new();

    /// <summary>
    /// How long a close may take when no other time is given; not negative, or <see cref="Timeout.InfiniteTimeSpan"/> indefinitely;
    /// default 30 s.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Called when calls were unfinished at the close, or the backend's own close failed; null for nobody.</summary>
    public ILogger? Logger { get; init; }

    internal static void CheckTimeout(TimeSpan timeout)
    {
        if ((timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) || timeout.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A timeout is at most 24 days and not negative, or infinite.");
    }
}
