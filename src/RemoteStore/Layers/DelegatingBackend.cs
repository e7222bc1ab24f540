using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// A layer over another backend that forwards every member. Derive from it and override what the layer changes. The layer owns the backend
/// below: closing the layer closes it. As safe for concurrent callers as the backend below.
/// </summary>
public abstract class DelegatingBackend : AsyncBackend
{
    /// <summary>Creates the layer; no I/O happens.</summary>
    /// <param name="inner">The backend below.</param>
    protected DelegatingBackend(AsyncBackend inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The backend below.</summary>
    public AsyncBackend Inner { get; }

    /// <inheritdoc/>
    public override string Name => Inner.Name;

    /// <inheritdoc/>
    public override CapabilitySet Capabilities => Inner.Capabilities;

    /// <inheritdoc/>
    public override ConcurrencyModel Concurrency => Inner.Concurrency;

    /// <inheritdoc/>
    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        Inner.GetKindAsync(key, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.ReadAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.ReadBytesAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.WriteAsync(key, content, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.WriteAtomicAsync(key, content, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.OpenAtomicAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.ResumeAtomicAsync(key, point, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.CommitStagedAsync(key, token, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        Inner.AbortStagedAsync(key, token, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        Inner.DeleteAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.DeleteFolderAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) => Inner.ListPageAsync(key, options, continuationToken, cancellationToken);

    /// <inheritdoc/>
    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.ListAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        Inner.GetFileInfoAsync(key, cancellationToken);

    internal override ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken) =>
        Inner.FindRecordAsync(key, operation, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) => Inner.GetFolderInfoAsync(key, maxDepth, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.MoveAsync(source, destination, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.CopyAsync(source, destination, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) => Inner.CheckHealthAsync(cancellationToken);

    /// <inheritdoc/>
    public override string NativePath(string key) => Inner.NativePath(key);

    /// <inheritdoc/>
    public override string ToKey(string nativePath) => Inner.ToKey(nativePath);

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key) => Inner.Resolve(key);

    /// <summary>
    /// This layer if it is of the requested type, else what the backend below offers. The backend keeps ownership and disposes it.
    /// </summary>
    /// <typeparam name="T">The requested type.</typeparam>
    /// <exception cref="CapabilityNotSupportedException">Nothing below is of that type.</exception>
    public override T Unwrap<T>() => this as T ?? Inner.Unwrap<T>();

    /// <inheritdoc/>
    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) => Inner.CloseAsync(cancellationToken);
}
