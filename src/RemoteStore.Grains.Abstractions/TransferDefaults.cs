namespace RemoteStore.Grains;

/// <summary>The sizes of the data path, as measured best.</summary>
public static class TransferDefaults
{
    /// <summary>The most bytes that are sent inline, unless a store says otherwise: 64 KiB.</summary>
    public const int InlineLimit = 64 * 1024;

    /// <summary>The largest <see cref="InlineLimit"/> a store may choose: 256 KiB.</summary>
    public const int MaxInlineLimit = 256 * 1024;

    /// <summary>The bytes of a chunk of a transfer: 256 KiB.</summary>
    public const int ChunkSize = 256 * 1024;

    /// <summary>How many chunks of a transfer are in flight at once: 4.</summary>
    public const int Window = 4;

    /// <summary>How long a silo that is full asks callers to wait: 1 s.</summary>
    public static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How many chunks of a transfer a caller may have in flight at most: 64.</summary>
    public const int MaxWindow = 64;
}
