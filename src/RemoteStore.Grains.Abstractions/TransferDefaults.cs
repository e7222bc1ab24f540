namespace RemoteStore.Grains;

/// <summary>The sizes of the data path, chosen by measurement.</summary>
public static class TransferDefaults
{
    /// <summary>The largest content that is sent inline, unless a store sets another limit: 64 KiB.</summary>
    public const int InlineLimit = 64 * 1024;

    /// <summary>The largest <see cref="InlineLimit"/> that a store may set: 256 KiB.</summary>
    public const int MaxInlineLimit = 256 * 1024;

    /// <summary>The chunk size of a transfer, in bytes: 256 KiB.</summary>
    public const int ChunkSize = 256 * 1024;

    /// <summary>The number of chunks of a transfer in flight at once: 4.</summary>
    public const int Window = 4;

    /// <summary>The retry delay that a full silo requests: 1 s.</summary>
    public static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest number of chunks of a transfer that a caller may have in flight: 64.</summary>
    public const int MaxWindow = 64;
}
