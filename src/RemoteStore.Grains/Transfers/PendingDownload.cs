namespace RemoteStore.Grains;

/// <summary>A download that may be fetched.</summary>
/// <param name="Key">The key of its grain.</param>
/// <param name="Length">How many bytes come.</param>
/// <param name="Ended">Cancelled when the download ends before all of them were read: no more come.</param>
public readonly record struct PendingDownload(Guid Key, long Length, CancellationToken Ended)
{
    internal TransferOpener? Opener { get; init; }
}
