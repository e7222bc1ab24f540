using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// A folder of a backend, exposed as a backend of its own. Its keys, results and errors are relative to the folder, and no key leads out of
/// it. The folder need not exist.
/// </summary>
public sealed class PrefixBackend : DelegatingBackend
{
    private readonly StoreScope _scope;
    private readonly RemotePath _folder;
    private readonly bool _leaveOpen;

    /// <summary>Creates the view; no I/O happens.</summary>
    /// <param name="inner">The backend below.</param>
    /// <param name="folder">The folder that becomes the root; empty for all of the backend.</param>
    /// <param name="leaveOpen">Whether closing this one leaves the backend below open; default false.</param>
    /// <exception cref="InvalidPathException">The folder is not a valid path.</exception>
    public PrefixBackend(AsyncBackend inner, string folder, bool leaveOpen = false)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _folder = folder.Length == 0 ? RemotePath.Root : RemotePath.Parse(folder);
        _scope = new StoreScope(_folder, inner.Name);
        _leaveOpen = leaveOpen;
    }

    /// <inheritdoc/>
    public override async ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        key is "" or "."
            ? EntryKind.Folder
            : await RunAsync(FileKey(key), static (b, k, t) => b.GetKindAsync(k, t), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var args = (Key: FileKey(key), options);
        var stream = await RunAsync(args, static (b, a, t) => b.ReadAsync(a.Key, a.options, t), cancellationToken).ConfigureAwait(false);
        return _scope.IsWhole ? stream : new RebasedReadStream(stream, _scope);
    }

    /// <inheritdoc/>
    public override async ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        await RunAsync((Key: FileKey(key), options), static (b, a, t) => b.ReadBytesAsync(a.Key, a.options, t), cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _scope.Rebase(
            await RunAsync(
                    (Key: FileKey(key), content, options),
                    static (b, a, t) => b.WriteAsync(a.Key, a.content, a.options, t),
                    cancellationToken
                )
                .ConfigureAwait(false)
        );

    /// <inheritdoc/>
    public override async ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _scope.Rebase(
            await RunAsync(
                    (Key: FileKey(key), content, options),
                    static (b, a, t) => b.WriteAtomicAsync(a.Key, a.content, a.options, t),
                    cancellationToken
                )
                .ConfigureAwait(false)
        );

    /// <inheritdoc/>
    public override async ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var args = (Key: FileKey(key), options);
        var writer = await RunAsync(args, static (b, a, t) => b.OpenAtomicAsync(a.Key, a.options, t), cancellationToken)
            .ConfigureAwait(false);
        return _scope.IsWhole ? writer : new RebasedAsyncWriter(writer, _scope);
    }

    /// <inheritdoc/>
    public override async ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var args = (Key: FileKey(key), point, options);
        var writer = await RunAsync(args, static (b, a, t) => b.ResumeAtomicAsync(a.Key, a.point, a.options, t), cancellationToken)
            .ConfigureAwait(false);
        return _scope.IsWhole ? writer : new RebasedAsyncWriter(writer, _scope);
    }

    /// <inheritdoc/>
    public override async ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _scope.Rebase(
            await RunAsync(
                    (Key: FileKey(key), token, options),
                    static (b, a, t) => b.CommitStagedAsync(a.Key, a.token, a.options, t),
                    cancellationToken
                )
                .ConfigureAwait(false)
        );

    /// <inheritdoc/>
    public override async ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        await RunAsync((Key: FileKey(key), token), static (b, a, t) => b.AbortStagedAsync(a.Key, a.token, t), cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        await RunAsync((Key: FileKey(key), options), static (b, a, t) => b.DeleteAsync(a.Key, a.options, t), cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        await RunAsync((Key: FileKey(key), options), static (b, a, t) => b.DeleteFolderAsync(a.Key, a.options, t), cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) =>
        _scope.Rebase(
            await RunAsync(
                    (Key: QueryKey(key), options, continuationToken),
                    static (b, a, t) => b.ListPageAsync(a.Key, a.options, a.continuationToken, t),
                    cancellationToken
                )
                .ConfigureAwait(false)
        );

    /// <inheritdoc/>
    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _scope.RebaseAsync(Inner.ListAsync(QueryKey(key), options, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        _scope.Rebase(await RunAsync(FileKey(key), static (b, k, t) => b.GetFileInfoAsync(k, t), cancellationToken).ConfigureAwait(false));

    internal override async ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken)
    {
        var args = (Key: FileKey(key), operation);
        var record = await RunAsync(args, static (b, a, t) => b.FindRecordAsync(a.Key, a.operation, t), cancellationToken)
            .ConfigureAwait(false);
        return record is null
            ? null
            : record with
            {
                File = _scope.Rebase(record.File),
                Made = record.Made is { } made ? _scope.Rebase(made) : null,
            };
    }

    /// <inheritdoc/>
    public override async ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    )
    {
        var args = (Key: QueryKey(key), maxDepth);
        try
        {
            return _scope.Rebase(
                await RunAsync(args, static (b, a, t) => b.GetFolderInfoAsync(a.Key, a.maxDepth, t), cancellationToken)
                    .ConfigureAwait(false)
            );
        }
        catch (NotFoundException) when (_scope.IsOwnRoot(args.Key))
        {
            return StoreScope.EmptyRoot;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        await RunAsync(
                (From: FileKey(source), To: FileKey(destination), options),
                static (b, a, t) => b.MoveAsync(a.From, a.To, a.options, t),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        await RunAsync(
                (From: FileKey(source), To: FileKey(destination), options),
                static (b, a, t) => b.CopyAsync(a.From, a.To, a.options, t),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public override string NativePath(string key) => Inner.NativePath(QueryKey(key));

    /// <inheritdoc/>
    public override string ToKey(string nativePath)
    {
        var key = Inner.ToKey(nativePath);
        return _scope.Contains(key) ? _scope.PathOf(key) : nativePath;
    }

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key)
    {
        var resolved = Inner.Resolve(QueryKey(key));
        return resolved with { Key = _scope.PathOf(resolved.Key) };
    }

    /// <inheritdoc/>
    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) =>
        _leaveOpen ? default : base.CloseAsync(cancellationToken);

    private string FileKey(string key) => _scope.KeyOf(KernelKeys.File(key, Name));

    private string QueryKey(string key) => key is "" or "." ? _folder.Key : FileKey(key);

    private async ValueTask<T> RunAsync<TArgs, T>(
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> call,
        CancellationToken token
    )
    {
        try
        {
            return await call(Inner, args, token).ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (_scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }

    private async ValueTask RunAsync<TArgs>(
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask> call,
        CancellationToken token
    )
    {
        try
        {
            await call(Inner, args, token).ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (_scope.Rebase(e) is { } rebased)
        {
            throw rebased;
        }
    }
}
