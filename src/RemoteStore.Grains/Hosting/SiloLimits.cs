namespace RemoteStore.Grains;

/// <summary>Limits the concurrent work of a silo. Requests beyond a limit are refused immediately and may be retried.</summary>
public sealed class SiloLimits
{
    /// <summary>The large transfers that may be open at once, at least 1; default 1,000.</summary>
    public int MaxTransfers { get; set; } = 1000;

    /// <summary>
    /// The bytes that all open transfers together may have in flight, at least 1; default <see cref="DefaultMaxTransferBytes"/>.
    /// Each transfer counts with its chunk size times its window (1 MiB by default), whether it uses them or not. An upload also
    /// counts with the bytes that its backend buffers; these are no reason to refuse a transfer that runs alone.
    /// </summary>
    public long MaxTransferBytes { get; set; } = DefaultMaxTransferBytes;

    /// <summary>
    /// Half of the memory available to the runtime (in a container, three quarters of its limit), at most 1,073,741,824 bytes.
    /// </summary>
    public static long DefaultMaxTransferBytes { get; } = Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    /// <summary>
    /// The share of <see cref="MaxTransfers"/> and <see cref="MaxTransferBytes"/> that one client may use, including
    /// the content of its waiting writes, in percent, 1 to 100; default 25. One transfer or call is always allowed.
    /// </summary>
    public int ClientSharePercent { get; set; } = 25;

    /// <summary>
    /// The rate, in bytes per second over 30 s, that a transfer must reach to keep its place when the silo is full; 0
    /// for no minimum; default 4,096. The slowest transfers are ended first.
    /// </summary>
    public int MinTransferRate { get; set; } = 4096;

    /// <summary>
    /// The share of the memory available to the runtime, in percent, 10 to 95, above which owners of paths are removed
    /// before their idle time is over, longest idle first; default 70.
    /// </summary>
    public int OwnerMemoryPercent { get; set; } = 70;

    /// <summary>The calls that may run and wait at one path at once, at least 1; default 2,000.</summary>
    public int MaxWaitingPerPath { get; set; } = 2000;
}
