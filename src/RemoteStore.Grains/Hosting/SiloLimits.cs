namespace RemoteStore.Grains;

/// <summary>What a silo takes on at once. What would be more is refused at once and may be retried.</summary>
public sealed class SiloLimits
{
    /// <summary>The large transfers that may be open at once, at least 1; default 1,000.</summary>
    public int MaxTransfers { get; set; } = 1000;

    /// <summary>
    /// The bytes that all open transfers together may have in flight, at least 1; default <see cref="DefaultMaxTransferBytes"/>. Each
    /// counts with its chunk size times the chunks it may have in flight (1 MiB by default), and an upload with what its backend collects
    /// on top, whether it uses them or not. What its backend collects is no reason to refuse a transfer that runs alone.
    /// </summary>
    public long MaxTransferBytes { get; set; } = DefaultMaxTransferBytes;

    /// <summary>
    /// Half of the memory that the runtime may use (in a container three quarters of its limit), 1,073,741,824 bytes at most.
    /// </summary>
    public static long DefaultMaxTransferBytes { get; } = Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    /// <summary>
    /// The part of <see cref="MaxTransfers"/> and <see cref="MaxTransferBytes"/> that one client may have, with the content of its writes
    /// that wait, in percent, 1 to 100; default 25. It may always have one transfer or call.
    /// </summary>
    public int ClientSharePercent { get; set; } = 25;

    /// <summary>
    /// The bytes a second that a transfer must move, over 30 s, to keep its place when the silo is full; 0 for none; default 4,096. The
    /// slowest ones end first.
    /// </summary>
    public int MinTransferRate { get; set; } = 4096;

    /// <summary>
    /// The part of the memory that the runtime may use, in percent, 10 to 95, from which on owners of paths leave before they have been
    /// idle for long, the longest idle first; default 70.
    /// </summary>
    public int OwnerMemoryPercent { get; set; } = 70;

    /// <summary>The calls that may run and wait at one path at once, at least 1; default 2,000.</summary>
    public int MaxWaitingPerPath { get; set; } = 2000;
}
