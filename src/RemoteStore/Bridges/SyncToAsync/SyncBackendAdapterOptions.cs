using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>Threads and timeouts of a <see cref="SyncBackendAdapter"/>. Validated when the adapter is constructed.</summary>
public sealed record SyncBackendAdapterOptions
{
    /// <summary>The defaults.</summary>
    public static SyncBackendAdapterOptions Default { get; } = new();

    /// <summary>
    /// The maximum number of concurrent blocking calls, each on a thread of the adapter; 1 to 1,024, default 16. A backend that declares
    /// <see cref="ConcurrencyModel.SingleConnection"/> always gets one thread.
    /// </summary>
    public int MaxThreads { get; init; } = 16;

    /// <summary>How long an idle thread is kept; positive, default 10 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long <see cref="SyncBackendAdapter.CloseAsync"/> waits for running calls before it fails their callers and closes the backend
    /// anyway; the same limit then applies to closing the backend. Not negative, or <see cref="Timeout.InfiniteTimeSpan"/>; default 30 s.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Logs calls that were unfinished at the close; null for none.</summary>
    public ILogger? Logger { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxThreads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxThreads, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleTimeout, TimeSpan.Zero);
        if (DrainTimeout < TimeSpan.Zero && DrainTimeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(
                nameof(DrainTimeout),
                DrainTimeout,
                "The timeout must not be negative, unless it is infinite."
            );
    }
}
