namespace RemoteStore.Drivers;

/// <summary>The operation during which a driver failed; the same native code can mean different things.</summary>
public enum DriverOperation
{
    /// <summary>Looking up a path.</summary>
    Stat,

    /// <summary>Opening for reading.</summary>
    Open,

    /// <summary>Reading, seeking or closing an opened stream.</summary>
    ReadStream,

    /// <summary>Staging bytes.</summary>
    Stage,

    /// <summary>Committing.</summary>
    Commit,

    /// <summary>Deleting a file.</summary>
    Delete,

    /// <summary>Deleting a folder.</summary>
    DeleteFolder,

    /// <summary>Listing.</summary>
    List,

    /// <summary>Moving or copying; the key is the source.</summary>
    MoveCopy,

    /// <summary>Checking health.</summary>
    Probe,
}

/// <summary>A file or folder as a driver sees it. The path is the canonical key.</summary>
/// <param name="Entry">A <see cref="RemoteFileInfo"/> or a <see cref="RemoteFolderEntry"/>.</param>
/// <param name="Cursor">
/// Where a listing resumes right after this entry. Null only from a stat, and from drivers that cut their pages in the ordinal order of
/// keys (a folder's key ends with a slash); within a page their order does not matter.
/// </param>
public readonly record struct DriverEntry(RemoteEntry Entry, string? Cursor = null)
{
    /// <summary>Whether the entry is a folder.</summary>
    public bool IsFolder => Entry is RemoteFolderEntry;
}

/// <summary>A part of a listing.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Cursor">
/// Where to resume; null at the end. Callers see it in continuation tokens: make it relative to the listed folder where you build it
/// yourself.
/// </param>
public readonly record struct DriverPage(IReadOnlyList<DriverEntry> Entries, string? Cursor)
{
    /// <summary>An empty page.</summary>
    public static DriverPage Empty { get; } = new([], null);
}

/// <summary>An opened file.</summary>
/// <param name="Info">The file; its path is the canonical key.</param>
/// <param name="Stream">The bytes of the requested range. The stream of a sync driver reads synchronously. The kernel disposes it.</param>
public readonly record struct DriverRead(RemoteFileInfo Info, Stream Stream);

/// <summary>Bytes being staged. One call at a time.</summary>
public abstract class StagedWrite
{
    /// <summary>
    /// The token with which <see cref="StorageDriver.ResumeStagedAsync"/> resumes if this instance is lost; null, the default, for drivers
    /// that cannot.
    /// </summary>
    public virtual string? ResumeToken => null;

    /// <summary>Upper bound, in bytes, of the driver's own buffering. Default 0: unbuffered.</summary>
    public virtual long MaxBufferedBytes => 0;

    /// <summary>Appends bytes.</summary>
    /// <param name="bytes">The bytes; the buffer is reused after the call.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public abstract ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Publishes the bytes with their conditions in one step, if the driver has a shorter way than <see cref="FinishAsync"/> and a commit;
    /// null to let the kernel do that. After a result or a failure of this call, <see cref="FinishAsync"/> is not called.
    /// </summary>
    /// <param name="options">Overwriting, conditions, metadata.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public virtual ValueTask<RemoteFileInfo?> TryCommitAsync(WriteOptions options, CancellationToken cancellationToken) =>
        new((RemoteFileInfo?)null);

    /// <summary>Makes the staged bytes durable and closes what is open.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The token for <see cref="StorageDriver.CommitStagedAsync"/>; valid on every instance over the same storage.</returns>
    public abstract ValueTask<string> FinishAsync(CancellationToken cancellationToken);

    /// <summary>Drops the staged bytes. Called at most once, and not after <see cref="FinishAsync"/>. Must not throw.</summary>
    public abstract ValueTask AbandonAsync();
}
