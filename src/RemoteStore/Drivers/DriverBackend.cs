namespace RemoteStore.Drivers;

/// <summary>
/// A driver that completes every call before it returns, with the rules of the contract around it, as a sync <see cref="Backend"/>.
/// </summary>
public class DriverBackend : Backend
{
    private readonly Kernel _kernel;

    /// <summary>Wraps a driver; the backend owns it.</summary>
    /// <param name="driver">The driver. All its tasks must have completed when they are returned.</param>
    public DriverBackend(StorageDriver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        _kernel = new Kernel(driver, synchronous: true);
    }

    /// <inheritdoc/>
    public override string Name => _kernel.Name;

    /// <inheritdoc/>
    public override CapabilitySet Capabilities => _kernel.Capabilities;

    /// <inheritdoc/>
    public override ConcurrencyModel Concurrency => _kernel.Driver.Concurrency;

    /// <inheritdoc/>
    public override EntryKind GetKind(string key) => Completed.Result(_kernel.GetKindAsync(key, default));

    /// <inheritdoc/>
    public override RemoteReadStream Read(string key, ReadOptions? options = null) =>
        Completed.Result(_kernel.ReadAsync(key, options, default));

    /// <inheritdoc/>
    public override byte[] ReadBytes(string key, ReadOptions? options = null) =>
        Completed.Result(_kernel.ReadBytesAsync(key, options, default));

    /// <inheritdoc/>
    public override WriteResult Write(string key, WriteContent content, WriteOptions? options = null) =>
        Completed.Result(_kernel.WriteAsync(key, content, options, Capability.Write, default));

    /// <inheritdoc/>
    public override WriteResult WriteAtomic(string key, WriteContent content, WriteOptions? options = null) =>
        Completed.Result(_kernel.WriteAsync(key, content, options, Capability.AtomicWrite, default));

    /// <inheritdoc/>
    public override AtomicWriter OpenAtomic(string key, WriteOptions? options = null) =>
        new KernelAtomicWriter(Completed.Result(_kernel.OpenAtomicAsync(key, options, default)));

    /// <inheritdoc/>
    public override AtomicWriter ResumeAtomic(string key, ResumePoint point, WriteOptions? options = null) =>
        new KernelAtomicWriter(Completed.Result(_kernel.ResumeAtomicAsync(key, point, options, default)));

    /// <inheritdoc/>
    public override WriteResult CommitStaged(string key, string token, WriteOptions? options = null) =>
        Completed.Result(_kernel.CommitStagedAsync(key, token, options, default));

    /// <inheritdoc/>
    public override void AbortStaged(string key, string token) => Completed.Wait(_kernel.AbortStagedAsync(key, token, default));

    /// <inheritdoc/>
    public override void Delete(string key, DeleteOptions? options = null) => Completed.Wait(_kernel.DeleteAsync(key, options, default));

    /// <inheritdoc/>
    public override void DeleteFolder(string key, DeleteFolderOptions? options = null) =>
        Completed.Wait(_kernel.DeleteFolderAsync(key, options, default));

    /// <inheritdoc/>
    public override ListPage ListPage(string key, ListOptions? options = null, string? continuationToken = null) =>
        Completed.Result(_kernel.ListPageAsync(key, options, continuationToken, default));

    /// <inheritdoc/>
    public override IEnumerable<RemoteEntry> List(string key, ListOptions? options = null) =>
        Completed.Enumerate(_kernel.ListAsync(key, options, default));

    /// <inheritdoc/>
    public override RemoteFileInfo GetFileInfo(string key) => Completed.Result(_kernel.GetFileInfoAsync(key, default));

    internal override VersionRecord? FindRecord(string key, Guid operation) =>
        Completed.Result(_kernel.FindRecordAsync(key, operation, default));

    /// <inheritdoc/>
    public override RemoteFolderInfo GetFolderInfo(string key, int? maxDepth = null) =>
        Completed.Result(_kernel.GetFolderInfoAsync(key, maxDepth, default));

    /// <inheritdoc/>
    public override void Move(string source, string destination, MoveCopyOptions? options = null) =>
        Completed.Wait(_kernel.MoveAsync(source, destination, options, default));

    /// <inheritdoc/>
    public override void Copy(string source, string destination, MoveCopyOptions? options = null) =>
        Completed.Wait(_kernel.CopyAsync(source, destination, options, default));

    /// <inheritdoc/>
    public override void CheckHealth() => Completed.Wait(_kernel.CheckHealthAsync(default));

    /// <inheritdoc/>
    public override string NativePath(string key) => _kernel.NativePath(key);

    /// <inheritdoc/>
    public override string ToKey(string nativePath) => _kernel.Driver.ToKey(nativePath);

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key) => _kernel.Resolve(key);

    /// <inheritdoc/>
    public override T Unwrap<T>() => _kernel.Unwrap<T>(this);

    /// <inheritdoc/>
    public override void Close() => Completed.Wait(_kernel.CloseAsync(default));
}
