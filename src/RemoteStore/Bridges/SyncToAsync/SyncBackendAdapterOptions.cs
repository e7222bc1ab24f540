using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>How a <see cref="SyncBackendAdapter"/> runs blocking calls. Checked when the adapter is constructed.</summary>
public sealed record SyncBackendAdapterOptions
{
    /// <summary>The defaults.</summary>
    public static SyncBackendAdapterOptions Default { get; } = new();

    /// <summary>
    /// How many calls may block at once, each on a thread of the adapter's own; 1 to 1,024, default 16. A backend that declares
    /// <see cref="ConcurrencyModel.SingleConnection"/> gets one thread whatever this says.
    /// </summary>
    public int MaxThreads { get; init; } = 16;

    /// <summary>How long a thread without work stays; positive, default 10 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long <see cref="SyncBackendAdapter.CloseAsync"/> waits for the calls that run, before it fails their callers and closes the
    /// backend all the same; then how long it waits for that. Not negative, or <see cref="Timeout.InfiniteTimeSpan"/>; default 30 s.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Called when calls were unfinished at the close; null for nobody.</summary>
    public ILogger? Logger { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxThreads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxThreads, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleTimeout, TimeSpan.Zero);
        if (DrainTimeout < TimeSpan.Zero && DrainTimeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(DrainTimeout), DrainTimeout, "A timeout is not negative, or infinite.");
    }
}
