using Orleans.Concurrency;

namespace RemoteStore.Grains;

/// <summary>
/// The owner of one path of one store; its key is <see cref="GrainKeys.Path"/>. Commits take turns, reads and metadata do not wait for
/// them.
/// </summary>
[Alias("remotestore.path")]
public interface IPathGrain : IGrainWithStringKey
{
    /// <summary>What exists at the path.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("kind")]
    ValueTask<int> Kind(CancellationToken cancellationToken);

    /// <summary>The facts of the file.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("stat")]
    ValueTask<WireFile> Stat(CancellationToken cancellationToken);

    /// <summary>Reads the file if the bytes asked for fit into one reply.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("read")]
    ValueTask<ReadReply> Read(ReadRequest request, CancellationToken cancellationToken);

    /// <summary>Whether a write would be refused now. An early answer only.</summary>
    /// <param name="options">The options of the write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("check-write")]
    ValueTask CheckWrite(WireWriteOptions options, CancellationToken cancellationToken);

    /// <summary>Writes the file.</summary>
    /// <param name="options">The options.</param>
    /// <param name="content">The bytes, given away.</param>
    /// <param name="atomic">Whether nobody may see a part of it.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [TypedErrors, Alias("write")]
    ValueTask<WireWriteResult> Write(WireWriteOptions options, Payload content, bool atomic, CancellationToken cancellationToken);

    /// <summary>Publishes what was staged by a transfer.</summary>
    /// <param name="token">The token of the staged bytes.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [TypedErrors, Alias("commit-upload")]
    ValueTask<WireWriteResult> CommitUpload(string token, WireWriteOptions options, CancellationToken cancellationToken);

    /// <summary>Deletes the file.</summary>
    /// <param name="request">Tolerance and condition.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [TypedErrors, Alias("delete")]
    ValueTask Delete(DeleteRequest request, CancellationToken cancellationToken);

    /// <summary>Moves the file, holding both owners. It takes no turn of its own; this owner keeps the answer.</summary>
    /// <param name="request">From where (this path) to where.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [AlwaysInterleave, TypedErrors, Alias("move")]
    ValueTask Move(MoveCopyRequest request, CancellationToken cancellationToken);

    /// <summary>Copies the file, holding both owners. It takes no turn of its own; this owner keeps the answer.</summary>
    /// <param name="request">From where (this path) to where.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [AlwaysInterleave, TypedErrors, Alias("copy")]
    ValueTask Copy(MoveCopyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the folder at this path, files through their owners. Works for some seconds only; this owner keeps the answer.
    /// </summary>
    /// <param name="request">Which folder (this path), and how.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether all is done; if not, call again with <see cref="DeleteFolderRequest.Continued"/> and as a new operation.</returns>
    [AlwaysInterleave, TypedErrors, Alias("delete-folder")]
    ValueTask<bool> DeleteFolder(DeleteFolderRequest request, CancellationToken cancellationToken);

    /// <summary>Takes the path's turn until the release or the deadline.</summary>
    /// <param name="request">Who, until when, and under which condition.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    [TypedErrors, SiloOnly, Alias("hold")]
    ValueTask AcquireLease(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>Ends a hold. Commits that wait for it must not keep it out, so it does not wait for a turn.</summary>
    /// <param name="holder">Who held.</param>
    [AlwaysInterleave, TypedErrors, SiloOnly, Alias("release")]
    ValueTask ReleaseLease(Guid holder);
}
