namespace RemoteStore.AzureBlobs;

/// <summary>The size of each block of an upload: a blob has at most 50,000 blocks, so a long one needs larger blocks.</summary>
/// <param name="First">The size of the first blocks, in bytes.</param>
internal readonly record struct BlockSizes(int First)
{
    internal const int MaxBlocks = 50_000;
    private const int BlocksPerStep = 10_000;
    private const int Unit = 1024 * 1024;

    /// <summary>
    /// The block sizes of an upload of unknown length start at the configured one and double every 10,000 blocks (40 GiB by default).
    /// </summary>
    internal static BlockSizes For(int configured, long? sizeHint)
    {
        var needed = (sizeHint ?? 0) / MaxBlocks;
        return needed < configured
            ? new BlockSizes(configured)
            : new BlockSizes((int)Math.Min(Array.MaxLength, ((needed / Unit) + 1) * Unit));
    }

    internal int Of(int index) => (int)Math.Min(Array.MaxLength, (long)First << (index / BlocksPerStep));
}
