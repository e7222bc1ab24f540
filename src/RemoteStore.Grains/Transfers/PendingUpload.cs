using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Grains;

/// <summary>An upload whose chunks may be sent over the port. Thread-safe.</summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The token source has neither a timer nor a handle, and a late user of the ticket still needs it."
)]
internal sealed class PendingUpload
{
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal PendingUpload(Guid key, int chunkSize, TransferOpener opener) => (Key, ChunkSize, Opener) = (key, chunkSize, opener);

    internal TransferOpener Opener { get; }

    /// <summary>The key of its grain.</summary>
    public Guid Key { get; }

    /// <summary>The largest size of a chunk, in bytes.</summary>
    public int ChunkSize { get; }

    /// <summary>Cancelled when further chunks are not accepted. A chunk already passed to the grain is completed.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>
    /// Reports that the holder of the ticket has no chunk in flight at the grain and passes no further one. Must be called in every case.
    /// </summary>
    public void Leave() => _left.TrySetResult();

    internal Task EndAsync() => _ended.CancelAsync();

    internal Task LeftAsync(CancellationToken cancellationToken) => _left.Task.WaitAsync(cancellationToken);
}
