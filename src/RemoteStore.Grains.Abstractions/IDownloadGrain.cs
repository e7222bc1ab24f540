using Orleans.Concurrency;

namespace RemoteStore.Grains;

/// <summary>
/// One open download of one caller; its key is a new Guid. Chunks are asked for ahead and come in the order of their numbers.
/// </summary>
[Alias("remotestore.download")]
public interface IDownloadGrain : IGrainWithGuidKey
{
    /// <summary>Opens the file, and offers its bytes in one piece where the silo can send them so.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("begin")]
    ValueTask<DownloadReply> Begin(DownloadRequest request, CancellationToken cancellationToken);

    /// <summary>Opens the file. What clients call that know nothing of <see cref="Begin"/>.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The file, which stays the one read until the end.</returns>
    [AlwaysInterleave, TypedErrors, Alias("open")]
    ValueTask<WireFile> Open(DownloadRequest request, CancellationToken cancellationToken);

    /// <summary>The next bytes.</summary>
    /// <param name="sequence">The number of the chunk, from 0; each is asked for once.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A full chunk, or the last one; the receiver disposes it.</returns>
    [AlwaysInterleave, TypedErrors, Alias("read-chunk")]
    ValueTask<Payload> ReadChunk(long sequence, CancellationToken cancellationToken);

    /// <summary>Ends the download. May be called at any time, and more than once.</summary>
    [AlwaysInterleave, TypedErrors, Alias("close")]
    ValueTask Close();
}
