using Orleans.Concurrency;

namespace RemoteStore.Grains;

/// <summary>
/// One open download of one caller. Its key is a new Guid. Chunks are requested ahead and returned in the order of their numbers.
/// </summary>
[Alias("remotestore.download")]
public interface IDownloadGrain : IGrainWithGuidKey
{
    /// <summary>Opens the file, and offers to send its bytes in one response if the silo supports it.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("begin")]
    ValueTask<DownloadReply> Begin(DownloadRequest request, CancellationToken cancellationToken);

    /// <summary>Opens the file. For clients that do not support <see cref="Begin"/>.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The file; the whole download reads this version.</returns>
    [AlwaysInterleave, TypedErrors, Alias("open")]
    ValueTask<WireFile> Open(DownloadRequest request, CancellationToken cancellationToken);

    /// <summary>Returns the next bytes.</summary>
    /// <param name="sequence">The number of the chunk, from 0; each is requested once.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A full chunk, or the last one; the receiver disposes it.</returns>
    [AlwaysInterleave, TypedErrors, Alias("read-chunk")]
    ValueTask<Payload> ReadChunk(long sequence, CancellationToken cancellationToken);

    /// <summary>Ends the download. Idempotent, and allowed at any time.</summary>
    [AlwaysInterleave, TypedErrors, Alias("close")]
    ValueTask Close();
}
