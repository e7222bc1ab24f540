namespace RemoteStore.Grains;

/// <summary>What a silo takes on at once. What would be more is refused at once and may be tried again.</summary>
public sealed class SiloLimits
{
    /// <summary>The large transfers that may be open at once, at least 1; default 1,000.</summary>
    public int MaxTransfers { get; set; } = 1000;

    /// <summary>
    /// The bytes that all open transfers together may have under way, at least 1; default 1,073,741,824. Each counts with its chunk size times the
    /// chunks it may have under way (1 MiB by default), whether it uses them or not.
    /// </summary>
    public long MaxTransferBytes { get; set; } = 1L << 30;

    /// <summary>The calls that may run and wait at one path at once, at least 1; default 2,000.</summary>
    public int MaxWaitingPerPath { get; set; } = 2000;
}
