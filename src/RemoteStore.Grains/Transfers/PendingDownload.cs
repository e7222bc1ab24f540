namespace RemoteStore.Grains;

/// <summary>A download that may be fetched.</summary>
/// <param name="Key">The key of its grain.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="Ended">Cancelled when the download ends before all bytes were read: no further bytes follow.</param>
internal readonly record struct PendingDownload(Guid Key, long Length, CancellationToken Ended)
{
    internal TransferOpener? Opener { get; init; }
}
