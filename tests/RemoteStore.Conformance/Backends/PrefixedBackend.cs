namespace RemoteStore.Conformance;

/// <summary>
/// A folder of another backend as a backend of its own: for targets over shared storage, where each test starts below a new prefix.
/// Closing it leaves the other backend open.
/// </summary>
/// <param name="inner">The other backend.</param>
/// <param name="prefix">The folder; it need not exist.</param>
public sealed class PrefixedBackend(AsyncBackend inner, string prefix) : AsyncBackend
{
    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    public override CapabilitySet Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public override ConcurrencyPosture Posture => inner.Posture;

    private AsyncStore Store { get; } = new(inner, prefix, leaveOpen: true);

    /// <inheritdoc/>
    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        key is "" or "." ? RootKindAsync(cancellationToken) : Run(b => b.GetKindAsync(Inner(key), cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<RemoteReadStream> ReadAsync(string key, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(_ => new ValueTask<RemoteReadStream>(Store.ReadAsync(Checked(key), options, cancellationToken)));

    /// <inheritdoc/>
    public override ValueTask<byte[]> ReadBytesAsync(string key, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(b => b.ReadBytesAsync(Inner(key), options, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAsync(
        string key, WriteContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Rebased(b => b.WriteAsync(Inner(key), content, options, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key, WriteContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Rebased(b => b.WriteAtomicAsync(Inner(key), content, options, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(_ => new ValueTask<AsyncAtomicWriter>(Store.OpenAtomicAsync(Checked(key), options, cancellationToken)));

    /// <inheritdoc/>
    public override ValueTask<WriteResult> CommitStagedAsync(
        string key, string token, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Rebased(b => b.CommitStagedAsync(Inner(key), token, options, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        Run(b => b.AbortStagedAsync(Inner(key), token, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(b => b.DeleteAsync(Inner(key), options, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask DeleteFolderAsync(string key, DeleteFolderOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(b => b.DeleteFolderAsync(Inner(key), options, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<ListPage> ListPageAsync(
        string key, ListOptions? options = null, string? continuationToken = null, CancellationToken cancellationToken = default) =>
        Run(async b =>
        {
            var page = await b.ListPageAsync(Query(key), options, continuationToken, cancellationToken).ConfigureAwait(false);
            return page with { Entries = [.. page.Entries.Select(e => e with { Path = Outer(e.Path) })] };
        });

    /// <inheritdoc/>
    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        Run(async b =>
        {
            var info = await b.GetFileInfoAsync(Inner(key), cancellationToken).ConfigureAwait(false);
            return info with { Path = Outer(info.Path) };
        });

    /// <inheritdoc/>
    public override async ValueTask<RemoteFolderInfo> GetFolderInfoAsync(string key, int? maxDepth = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Run(async b =>
            {
                var info = await b.GetFolderInfoAsync(Query(key), maxDepth, cancellationToken).ConfigureAwait(false);
                return info with { Path = Outer(info.Path) };
            }).ConfigureAwait(false);
        }
        catch (NotFoundException) when (key is "" or ".")
        {
            return new RemoteFolderInfo("", 0, 0, null);
        }
    }

    /// <inheritdoc/>
    public override ValueTask MoveAsync(
        string source, string destination, TransferOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(b => b.MoveAsync(Inner(source), Inner(destination), options, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask CopyAsync(
        string source, string destination, TransferOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(b => b.CopyAsync(Inner(source), Inner(destination), options, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) => inner.CheckHealthAsync(cancellationToken);

    /// <inheritdoc/>
    public override string NativePath(string key) => inner.NativePath(Query(key));

    /// <inheritdoc/>
    public override string ToKey(string nativePath) => Outer(inner.ToKey(nativePath));

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key)
    {
        var resolved = inner.Resolve(Query(key));
        return resolved with { Key = Outer(resolved.Key) };
    }

    /// <inheritdoc/>
    public override T Unwrap<T>() => this as T ?? inner.Unwrap<T>();

    /// <inheritdoc/>
    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) => default;

    private ValueTask<EntryKind> RootKindAsync(CancellationToken token) => Run(async b =>
    {
        await b.GetKindAsync("", token).ConfigureAwait(false);
        return EntryKind.Folder;
    });

    // A root or a malformed key must not become a good one by being prefixed.
    private string Inner(string key) => $"{prefix}/{Checked(key)}";

    private string Checked(string key) => RemotePath.TryParse(key, out _) && !key.StartsWith('/') && !key.Contains('\\', StringComparison.Ordinal)
        ? key
        : throw new InvalidPathException("The key names no place below the root.", key, Name);

    private string Query(string key) => key is "" or "." ? prefix : Inner(key);

    private string Outer(string key) =>
        key == prefix ? "" : key.StartsWith(prefix + "/", StringComparison.Ordinal) ? key[(prefix.Length + 1)..] : key;

    private ValueTask<WriteResult> Rebased(Func<AsyncBackend, ValueTask<WriteResult>> call) => Run(async b =>
    {
        var result = await call(b).ConfigureAwait(false);
        return result with { Path = Outer(result.Path) };
    });

    private async ValueTask Run(Func<AsyncBackend, ValueTask> call) => await Run(async b =>
    {
        await call(b).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    private async ValueTask<T> Run<T>(Func<AsyncBackend, ValueTask<T>> call)
    {
        try
        {
            return await call(inner).ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (e.Path is { } path && Outer(path) != path)
        {
            throw e.WithPath(Outer(path));
        }
    }
}
