using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Grains;

/// <summary>An upload whose chunks may be sent over the port. Safe for all threads.</summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The token source has neither a timer nor a handle, and anyone who takes the ticket late still needs it."
)]
public sealed class PendingUpload
{
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal PendingUpload(Guid key, int chunkSize, TransferOpener opener) => (Key, ChunkSize, Opener) = (key, chunkSize, opener);

    internal TransferOpener Opener { get; }

    /// <summary>The key of its grain.</summary>
    public Guid Key { get; }

    /// <summary>The bytes of a chunk at most.</summary>
    public int ChunkSize { get; }

    /// <summary>Cancelled when no further chunks are to be taken. One that was handed to the grain continues.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>
    /// Says that the holder of the ticket has no chunk at the grain any longer, and hands it no other. To be called, whatever happens.
    /// </summary>
    public void Leave() => _left.TrySetResult();

    internal Task EndAsync() => _ended.CancelAsync();

    internal Task LeftAsync(CancellationToken cancellationToken) => _left.Task.WaitAsync(cancellationToken);
}
