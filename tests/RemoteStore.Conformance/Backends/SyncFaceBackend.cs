namespace RemoteStore.Conformance;

/// <summary>
/// A sync backend called inline: every call runs on the caller's thread and has completed when it returns. It lets the kit prove the
/// sync face with the same tests; it is no bridge. A cancelled token is refused at the call and cannot stop what runs.
/// </summary>
/// <param name="inner">The sync backend; closed with this one.</param>
public sealed class SyncFaceBackend(Backend inner) : AsyncBackend
{
    /// <summary>Whether the backend refuses every call from a thread with a synchronization context.</summary>
    internal bool RefusesContexts => inner is AsyncBackendSyncAdapter;

    /// <summary>The sync backend.</summary>
    public Backend Inner => inner;

    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    public override CapabilitySet Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public override ConcurrencyModel Concurrency => inner.Concurrency;

    /// <inheritdoc/>
    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        Run(() => inner.GetKind(key), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.Read(key, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.ReadBytes(key, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.Write(key, content, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.WriteAtomic(key, content, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run<AsyncAtomicWriter>(() => new InlineWriter(inner.OpenAtomic(key, options)), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run<AsyncAtomicWriter>(() => new InlineWriter(inner.ResumeAtomic(key, point, options)), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.CommitStaged(key, token, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        Run(() => inner.AbortStaged(key, token), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(() => inner.Delete(key, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.DeleteFolder(key, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.ListPage(key, options, continuationToken), cancellationToken);

    /// <inheritdoc/>
    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Steps(inner.List(key, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        Run(() => inner.GetFileInfo(key), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.GetFolderInfo(key, maxDepth), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.Move(source, destination, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Run(() => inner.Copy(source, destination, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) => Run(inner.CheckHealth, cancellationToken);

    /// <inheritdoc/>
    public override string NativePath(string key) => inner.NativePath(key);

    /// <inheritdoc/>
    public override string ToKey(string nativePath) => inner.ToKey(nativePath);

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key) => inner.Resolve(key);

    /// <inheritdoc/>
    public override T Unwrap<T>() => this as T ?? inner.Unwrap<T>();

    /// <inheritdoc/>
    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) => Run(inner.Close, cancellationToken);

    private static ValueTask<T> Run<T>(Func<T> call, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return new ValueTask<T>(call());
    }

    private static ValueTask Run(Action call, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        call();
        return default;
    }

    private static async IAsyncEnumerable<RemoteEntry> Steps(
        IEnumerable<RemoteEntry> source,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token
    )
    {
        await Task.CompletedTask;
        token.ThrowIfCancellationRequested();
        foreach (var entry in source)
        {
            yield return entry;
            token.ThrowIfCancellationRequested();
        }
    }

    private sealed class InlineWriter(AtomicWriter inner) : AsyncAtomicWriter
    {
        public override string? ResumeToken => inner.ResumeToken;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Run(() => inner.Write(buffer.Span), cancellationToken);

        public override ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default) =>
            Run(inner.Commit, cancellationToken);

        public override ValueTask<string> DetachAsync(CancellationToken cancellationToken = default) =>
            Run(inner.Detach, cancellationToken);

        public override ValueTask DisposeAsync()
        {
            inner.Dispose();
            GC.SuppressFinalize(this);
            return default;
        }
    }
}
