using Orleans.Concurrency;

namespace RemoteStore.Grains;

/// <summary>One open upload of one caller. Its key is a new Guid. It only stages bytes; the owner of the path publishes them.</summary>
[Alias("remotestore.upload")]
public interface IUploadGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Checks the request before any bytes are sent, and opens the staging or resumes one whose silo was lost. Offers
    /// to receive the chunks through the transfer port if the silo has one.
    /// </summary>
    /// <param name="request">The write to stage for.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("begin")]
    ValueTask<UploadSession> Begin(UploadRequest request, CancellationToken cancellationToken);

    /// <summary>Receives a chunk. Chunks are applied in the order of their numbers.</summary>
    /// <param name="sequence">The number of the chunk, from 0; each is sent once.</param>
    /// <param name="chunk">The bytes; ownership is transferred.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("write-chunk")]
    ValueTask WriteChunk(long sequence, Payload chunk, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the transfer of chunks through the transfer port permanently, after the chunk that is being applied; later
    /// chunks are sent by <see cref="WriteChunk"/>. If the upload has failed in the meantime, the failure is thrown here.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of chunks applied so far, which is the number of the next one.</returns>
    [AlwaysInterleave, TypedErrors, Alias("adopt")]
    ValueTask<long> Adopt(CancellationToken cancellationToken);

    /// <summary>Completes the bytes after all chunks were sent, if length and hash match the staged bytes.</summary>
    /// <param name="summary">Length and hash of the bytes sent.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token with which the owner of the path publishes them.</returns>
    [AlwaysInterleave, TypedErrors, Alias("finish")]
    ValueTask<string> Finish(UploadSummary summary, CancellationToken cancellationToken);

    /// <summary>Ends the upload. Idempotent, and allowed at any time.</summary>
    /// <param name="keep">Whether completed bytes stay staged (they were published, or will be); otherwise they are deleted.</param>
    [AlwaysInterleave, TypedErrors, Alias("close")]
    ValueTask Close(bool keep);
}
