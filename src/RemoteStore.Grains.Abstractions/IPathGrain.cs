using Orleans.Concurrency;

namespace RemoteStore.Grains;

/// <summary>
/// The owner of one path of one store. Its key is <see cref="GrainKeys.Path"/>. Commits take turns; reads and metadata
/// do not wait for them.
/// </summary>
[Alias("remotestore.path")]
public interface IPathGrain : IGrainWithStringKey
{
    /// <summary>The kind of entry at the path.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("kind")]
    ValueTask<int> Kind(CancellationToken cancellationToken);

    /// <summary>The metadata of the file.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("stat")]
    ValueTask<WireFile> Stat(CancellationToken cancellationToken);

    /// <summary>Reads the file if the requested bytes fit into one reply.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("read")]
    ValueTask<ReadReply> Read(ReadRequest request, CancellationToken cancellationToken);

    /// <summary>Checks whether a write would be refused now. Only an early answer: the write is checked again.</summary>
    /// <param name="options">The options of the write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [AlwaysInterleave, TypedErrors, Alias("check-write")]
    ValueTask CheckWrite(WireWriteOptions options, CancellationToken cancellationToken);

    /// <summary>Writes the file.</summary>
    /// <param name="options">The options.</param>
    /// <param name="content">The bytes; ownership is transferred.</param>
    /// <param name="atomic">Whether readers must never see a part of it.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [TypedErrors, Alias("write")]
    ValueTask<WireWriteResult> Write(WireWriteOptions options, Payload content, bool atomic, CancellationToken cancellationToken);

    /// <summary>Publishes the bytes staged by a transfer.</summary>
    /// <param name="token">The token of the staged bytes.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [TypedErrors, Alias("commit-upload")]
    ValueTask<WireWriteResult> CommitUpload(string token, WireWriteOptions options, CancellationToken cancellationToken);

    /// <summary>Deletes the file.</summary>
    /// <param name="request">The options and the condition.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [TypedErrors, Alias("delete")]
    ValueTask Delete(DeleteRequest request, CancellationToken cancellationToken);

    /// <summary>Moves the file while leasing both owners. It takes no turn of its own; this owner keeps the result.</summary>
    /// <param name="request">Source (this path) and destination.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [AlwaysInterleave, TypedErrors, Alias("move")]
    ValueTask Move(MoveCopyRequest request, CancellationToken cancellationToken);

    /// <summary>Copies the file while leasing both owners. It takes no turn of its own; this owner keeps the result.</summary>
    /// <param name="request">Source (this path) and destination.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [AlwaysInterleave, TypedErrors, Alias("copy")]
    ValueTask Copy(MoveCopyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the folder at this path, files through their owners. One call works only for some seconds; this owner keeps the result.
    /// </summary>
    /// <param name="request">The folder (this path) and the options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the deletion is complete; if not, call again with <see cref="DeleteFolderRequest.Continued"/>
    /// and a new operation.</returns>
    [AlwaysInterleave, TypedErrors, Alias("delete-folder")]
    ValueTask<bool> DeleteFolder(DeleteFolderRequest request, CancellationToken cancellationToken);

    /// <summary>Leases the path: takes its turn until the release or the deadline.</summary>
    /// <param name="request">Holder, deadline and condition.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    [TypedErrors, SiloOnly, Alias("hold")]
    ValueTask AcquireLease(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>Releases a lease. It does not wait for a turn, since commits that wait for the lease must not block it.</summary>
    /// <param name="holder">The holder of the lease.</param>
    [AlwaysInterleave, TypedErrors, SiloOnly, Alias("release")]
    ValueTask ReleaseLease(Guid holder);
}
