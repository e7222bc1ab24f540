namespace RemoteStore.Drivers;

/// <summary>A driver, with the rules of the contract around it, as an <see cref="AsyncBackend"/>.</summary>
public class AsyncDriverBackend : AsyncBackend
{
    private readonly Kernel _kernel;

    /// <summary>Wraps a driver; the backend owns it.</summary>
    /// <param name="driver">The driver.</param>
    public AsyncDriverBackend(StorageDriver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        _kernel = new Kernel(driver, synchronous: false);
    }

    /// <inheritdoc/>
    public override string Name => _kernel.Name;

    /// <inheritdoc/>
    public override CapabilitySet Capabilities => _kernel.Capabilities;

    /// <inheritdoc/>
    public override ConcurrencyModel Concurrency => _kernel.Driver.Concurrency;

    /// <inheritdoc/>
    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        _kernel.GetKindAsync(key, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.ReadAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.ReadBytesAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.WriteAsync(key, content, options, Capability.Write, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.WriteAsync(key, content, options, Capability.AtomicWrite, cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new KernelAsyncAtomicWriter(await _kernel.OpenAtomicAsync(key, options, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override async ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new KernelAsyncAtomicWriter(await _kernel.ResumeAtomicAsync(key, point, options, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.CommitStagedAsync(key, token, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        _kernel.AbortStagedAsync(key, token, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        _kernel.DeleteAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.DeleteFolderAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) => _kernel.ListPageAsync(key, options, continuationToken, cancellationToken);

    /// <inheritdoc/>
    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.ListAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        _kernel.GetFileInfoAsync(key, cancellationToken);

    /// <summary>Runs maintenance and the like: rejected when closed, with the driver's errors mapped.</summary>
    internal ValueTask<T> RunAsync<T>(DriverOperation operation, Func<ValueTask<T>> work, CancellationToken cancellationToken) =>
        _kernel.RunAsync(operation, work, cancellationToken);

    internal override ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken) =>
        _kernel.FindRecordAsync(key, operation, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) => _kernel.GetFolderInfoAsync(key, maxDepth, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.MoveAsync(source, destination, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _kernel.CopyAsync(source, destination, options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) =>
        _kernel.CheckHealthAsync(cancellationToken);

    /// <inheritdoc/>
    public override string NativePath(string key) => _kernel.NativePath(key);

    /// <inheritdoc/>
    public override string ToKey(string nativePath) => _kernel.Driver.ToKey(nativePath);

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key) => _kernel.Resolve(key);

    /// <inheritdoc/>
    public override T Unwrap<T>() => _kernel.Unwrap<T>(this);

    /// <inheritdoc/>
    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) => _kernel.CloseAsync(cancellationToken);
}
