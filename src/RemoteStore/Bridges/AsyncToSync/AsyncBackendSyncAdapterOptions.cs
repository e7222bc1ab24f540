using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>Close timeout and logging of an <see cref="AsyncBackendSyncAdapter"/>. Validated when the adapter is constructed.</summary>
public sealed record AsyncBackendSyncAdapterOptions
{
    /// <summary>The defaults.</summary>
    public static AsyncBackendSyncAdapterOptions Default { get; } = new();

    /// <summary>
    /// The timeout of a close without an explicit timeout; not negative, or <see cref="Timeout.InfiniteTimeSpan"/> for none; default 30 s.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Logs calls that were unfinished at the close, and failures of the backend's own close; null for none.</summary>
    public ILogger? Logger { get; init; }

    internal static void CheckTimeout(TimeSpan timeout)
    {
        if ((timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) || timeout.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The timeout must be between 0 and 24 days, or infinite.");
    }
}
