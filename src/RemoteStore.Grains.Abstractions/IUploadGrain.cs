using Orleans.Concurrency;

namespace RemoteStore.Grains;

/// <summary>One open upload of one caller; its key is a new Guid. It stages bytes and publishes nothing: the path's owner does.</summary>
[Alias("remotestore.upload")]
public interface IUploadGrain : IGrainWithGuidKey
{
    /// <summary>Checks what can be checked before the bytes come, and opens the staging.</summary>
    /// <param name="request">For which write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("open")]
    ValueTask Open(UploadRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Checks what can be checked before the bytes come, and opens the staging, or resumes one whose silo was lost. Offers to take the
    /// chunks outside the calls where the silo can.
    /// </summary>
    /// <param name="request">For which write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("begin")]
    ValueTask<UploadSession> Begin(UploadRequest request, CancellationToken cancellationToken);

    /// <summary>Takes bytes, which are applied in the order of the numbers.</summary>
    /// <param name="sequence">The number of the chunk, from 0; each is sent once.</param>
    /// <param name="chunk">The bytes, given away.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("write-chunk")]
    ValueTask WriteChunk(long sequence, Payload chunk, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the taking of chunks outside the calls for good, after the one that is being applied; those that follow are sent by
    /// <see cref="WriteChunk"/>. What made the upload fail in the meantime is thrown here.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many chunks were taken, from the first on: the number of the next one.</returns>
    [AlwaysInterleave, TypedErrors, Alias("take-over")]
    ValueTask<long> Adopt(CancellationToken cancellationToken);

    /// <summary>Ends the bytes after all chunks were taken.</summary>
    /// <param name="length">How many bytes were sent.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token with which the path's owner publishes them.</returns>
    [AlwaysInterleave, TypedErrors, Alias("finish")]
    ValueTask<string> Finish(long length, CancellationToken cancellationToken);

    /// <summary>Ends the bytes after all chunks were taken, if length and hash are those of what was staged.</summary>
    /// <param name="summary">What was sent.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token with which the path's owner publishes them.</returns>
    [AlwaysInterleave, TypedErrors, Alias("finish-checked")]
    ValueTask<string> FinishChecked(UploadSummary summary, CancellationToken cancellationToken);

    /// <summary>Ends the upload. May be called at any time, and more than once.</summary>
    /// <param name="keep">Whether finished bytes stay staged (they were published, or will be); otherwise they are dropped.</param>
    [AlwaysInterleave, TypedErrors, Alias("close")]
    ValueTask Close(bool keep);
}
