namespace RemoteStore.Drivers;

/// <summary>
/// What a provider implements: a few primitives without error handling, and one map of its native errors. The kernel
/// (<see cref="DriverBackend"/>, <see cref="AsyncDriverBackend"/>) adds all rules of the contract around it.
/// </summary>
/// <remarks>
/// <para>Requirements: be safe for concurrent calls (or declare <see cref="ConcurrencyModel.SingleConnection"/>). Publish a commit
/// atomically. Decide the conditions of a commit together with it if you declare <see cref="Capability.CreateOnly"/> or
/// <see cref="Capability.Conditional"/>. Throw native exceptions freely and turn them into typed ones in <see cref="Classify"/>; a typed
/// error that you throw yourself passes unchanged. A driver behind <see cref="DriverBackend"/> completes every call before it
/// returns.</para>
/// <para>Guarantees: keys are canonical (no leading, trailing or double slash, no <c>.</c> or <c>..</c>, no control characters,
/// well-formed, within the length limits) and empty only where the root is valid. Arguments and capabilities are checked. There are no
/// calls after <see cref="CloseAsync"/> if <see cref="CloseIsTerminal"/> is set. The kernel sets path and backend name on your
/// errors.</para>
/// </remarks>
public abstract class StorageDriver
{
    /// <summary>The kind of backend, for example <c>local</c>; the default name.</summary>
    public abstract string Kind { get; }

    /// <summary>The name in errors and metrics; default <see cref="Kind"/>.</summary>
    public virtual string Name => Kind;

    /// <summary>The capabilities of the driver. The kernel adds no flag.</summary>
    public abstract CapabilitySet Capabilities { get; }

    /// <summary>Whether folders exist only as prefixes of keys (object stores), not as entries of their own.</summary>
    public virtual bool IsFlat => false;

    /// <summary>
    /// Whether the driver itself decides overwriting and conditions with every put, commit, move and copy, so that the kernel needs no
    /// lookup first where no content would be consumed in vain. An <see cref="AlreadyExistsException"/> names the path concerned. A driver
    /// that is not flat rejects folders in these calls too.
    /// </summary>
    public virtual bool DecidesConditions => false;

    /// <summary>
    /// Whether the service sends names in XML 1.0, which cannot represent U+FFFE and U+FFFF. The kernel then rejects such names for new
    /// files, because no listing that contains one could be parsed. No key contains the other characters that XML forbids.
    /// </summary>
    public virtual bool NamesTravelInXml => false;

    /// <summary>Whether a closed backend cannot be used again.</summary>
    public virtual bool CloseIsTerminal => false;

    /// <summary>How many concurrent calls the driver accepts.</summary>
    public virtual ConcurrencyModel Concurrency => ConcurrencyModel.ThreadSafe;

    /// <summary>The entry at the key; null if none exists, also below a file and in an absent container.</summary>
    /// <param name="key">The canonical key; never the root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public abstract ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken);

    /// <summary>The file at the key; null for none. For drivers that need fewer requests to find a file than to find a folder.</summary>
    /// <param name="key">The canonical key; never the root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public virtual async ValueTask<RemoteFileInfo?> FindFileAsync(string key, CancellationToken cancellationToken) =>
        (await StatAsync(key, cancellationToken).ConfigureAwait(false))?.Entry as RemoteFileInfo;

    /// <summary>The file and whether an operation made it; null when no file exists or the driver keeps no records.</summary>
    internal virtual ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken) => default;

    /// <summary>Opens a file for reading. The stream covers exactly the range.</summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="options">The range, and the condition, which the driver must honour.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    public abstract ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>Starts staging bytes for the key. Creates parent folders where the namespace needs them.</summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="options">The options of the write: metadata and content type may be needed now.</param>
    /// <param name="sizeHint">The number of bytes to come, when known.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    public abstract ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Resumes staged bytes whose <see cref="StagedWrite"/> was lost; needed for <see cref="Capability.ResumeStaging"/>. The token is
    /// consumed and replaced by a new one, so that a stale instance can neither drop nor finish these bytes.
    /// </summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="point">The token, the number of bytes to keep, and the callback that receives them.</param>
    /// <param name="options">The options of the write.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="NotFoundException">The staged content does not exist, or is shorter. It is left unchanged.</exception>
    public virtual ValueTask<StagedWrite> ResumeStagedAsync(
        string key,
        ResumePoint point,
        WriteOptions options,
        CancellationToken cancellationToken
    ) => throw new CapabilityNotSupportedException(Capability.ResumeStaging);

    /// <summary>Publishes staged bytes under the key and decides the conditions with it.</summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="token">The token of <see cref="StagedWrite.FinishAsync"/>.</param>
    /// <param name="options">Overwriting, conditions, metadata.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="AlreadyExistsException">A file exists and may not be replaced.</exception>
    /// <exception cref="PreconditionFailedException">A condition does not hold.</exception>
    public abstract ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    );

    /// <summary>Removes staged bytes; does nothing when they no longer exist.</summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="token">The token of <see cref="StagedWrite.FinishAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public abstract ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken);

    /// <summary>
    /// Writes in-memory bytes in one atomic step, if the driver has a shorter way than staging; null to let the kernel stage them.
    /// </summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="bytes">All the bytes.</param>
    /// <param name="options">Overwriting, conditions, metadata.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public virtual ValueTask<RemoteFileInfo?> PutAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        CancellationToken cancellationToken
    ) => new((RemoteFileInfo?)null);

    /// <summary>Deletes a file. A folder at the key must survive.</summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="ifMatch">The version to delete; null for any.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public abstract ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>Deletes an empty folder. The kernel has checked its type. Does nothing in a flat namespace.</summary>
    /// <param name="key">The canonical key.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="FolderNotEmptyException">It has contents.</exception>
    public abstract ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a folder and its contents, if the driver has a shorter way than entry by entry; false to let the kernel do it.
    /// </summary>
    /// <param name="folder">The canonical folder; never the root. The kernel has checked its type.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public virtual ValueTask<bool> DeleteTreeAsync(string folder, CancellationToken cancellationToken) => new(false);

    /// <summary>A page of a folder's listing, in any stable order.</summary>
    /// <param name="folder">
    /// The canonical folder; empty for the root. When it is absent or a file: an empty page. When the whole container is absent: throw an
    /// exception that maps to <see cref="NotFoundException"/>; the kernel turns it into an empty listing if nothing was listed before.
    /// </param>
    /// <param name="recursive">Flat drivers list all keys below the folder; others never get true.</param>
    /// <param name="cursor">Where to resume: the cursor of a page or an entry; null for the start.</param>
    /// <param name="limit">The maximum number of entries, 1 to 10,000.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public abstract ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Called when a cursor will not be used again; for drivers whose cursors hold resources.</summary>
    /// <param name="folder">The folder that was listed.</param>
    /// <param name="cursor">The cursor.</param>
    public virtual void ReleaseCursor(string folder, string cursor) { }

    /// <summary>Moves a file natively; needed for <see cref="Capability.Move"/>. The kernel has checked source and destination.</summary>
    /// <param name="source">The canonical source.</param>
    /// <param name="destination">The canonical destination, another key.</param>
    /// <param name="options">Overwriting and the condition on the source.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public virtual ValueTask MoveAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken) =>
        throw new CapabilityNotSupportedException(Capability.Move);

    /// <summary>Copies a file natively; needed for <see cref="Capability.Copy"/>. The kernel has checked source and destination.</summary>
    /// <param name="source">The canonical source.</param>
    /// <param name="destination">The canonical destination, another key.</param>
    /// <param name="options">Overwriting and the condition on the source.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public virtual ValueTask CopyAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken) =>
        throw new CapabilityNotSupportedException(Capability.Copy);

    /// <summary>The cheapest real request that touches the container.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public abstract ValueTask ProbeAsync(CancellationToken cancellationToken);

    /// <summary>The typed error of a native exception; null for exceptions that must pass unchanged (programming errors).</summary>
    /// <param name="exception">The native exception.</param>
    /// <param name="operation">The operation that failed.</param>
    /// <param name="key">The key concerned.</param>
    public abstract RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key);

    /// <summary>Whether a failure means that the connection is lost, so that cleanup would only wait for the same failure again.</summary>
    /// <param name="failure">The typed error.</param>
    public virtual bool IsConnectionLost(RemoteStoreException failure) => false;

    /// <summary>The native name of a canonical key. No I/O.</summary>
    /// <param name="key">The canonical key; empty for the root.</param>
    public abstract string NativePath(string key);

    /// <summary>The key of a native name, or the name unchanged when it is foreign. No I/O.</summary>
    /// <param name="nativePath">The native name.</param>
    public abstract string ToKey(string nativePath);

    /// <summary>The native object of the given type, or null.</summary>
    /// <typeparam name="T">The requested type.</typeparam>
    public virtual T? Unwrap<T>()
        where T : class => this as T;

    /// <summary>Releases the driver's resources.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public virtual ValueTask CloseAsync(CancellationToken cancellationToken) => default;
}
