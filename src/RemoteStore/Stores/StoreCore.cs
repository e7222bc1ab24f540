namespace RemoteStore;

/// <summary>
/// The shared implementation of both stores: option checks, path validation, scope, rebasing and telemetry around a backend. The sync store
/// runs it over an <see cref="InlineBackend"/>, where every task has completed.
/// </summary>
internal sealed class StoreCore(AsyncBackend backend, RemotePath root)
{
    private readonly StoreScope _scope = new(root, backend.Name);

    internal AsyncBackend Backend => backend;

    internal RemotePath Root => root;

    internal StoreScope Scope => _scope;

    internal StoreCore Child(string path) => new(backend, root / path);

    internal async ValueTask<EntryKind> GetKindAsync(string path, CancellationToken token)
    {
        var key = _scope.QueryKey(path);
        var kind = await RunAsync(Operations.Exists, path, key, static (b, k, t) => b.GetKindAsync(k, t), static _ => 0, token)
            .ConfigureAwait(false);
        return _scope.OwnRootIs(key, kind);
    }

    internal async ValueTask<RemoteReadStream> ReadAsync(string path, ReadOptions? options, CancellationToken token)
    {
        options = OptionChecks.Read(options, backend.Capabilities, path, backend.Name);
        var stream = await RunAsync(
                Operations.Read,
                path,
                (Key: _scope.FileKey(path), options),
                static (b, a, t) => b.ReadAsync(a.Key, a.options, t),
                static _ => 0,
                token
            )
            .ConfigureAwait(false);
        return Rebased(stream);
    }

    internal async ValueTask<RemoteReadStream> ReadSeekableAsync(string path, CancellationToken token)
    {
        backend.Capabilities.Require(Capability.Read, path, backend.Name);
        var stream = await RunAsync(
                Operations.Read,
                path,
                _scope.FileKey(path),
                static (b, k, t) => b.ReadSeekableAsync(k, t),
                static _ => 0,
                token
            )
            .ConfigureAwait(false);
        return Rebased(stream);
    }

    internal async ValueTask<byte[]> ReadBytesAsync(string path, ReadOptions? options, CancellationToken token)
    {
        options = OptionChecks.Read(options, backend.Capabilities, path, backend.Name);
        return await RunAsync(
                Operations.ReadBytes,
                path,
                (Key: _scope.FileKey(path), options),
                static (b, a, t) => b.ReadBytesAsync(a.Key, a.options, t),
                static bytes => bytes.Length,
                token
            )
            .ConfigureAwait(false);
    }

    internal async ValueTask<WriteResult> WriteAsync(
        string path,
        WriteContent content,
        WriteOptions? options,
        bool atomic,
        CancellationToken token
    )
    {
        options = OptionChecks.Write(options, atomic ? Capability.AtomicWrite : Capability.Write, backend.Capabilities, path, backend.Name);
        var args = (Key: _scope.FileKey(path), content, options, atomic);
        var result = await RunAsync(
                atomic ? Operations.WriteAtomic : Operations.Write,
                path,
                args,
                static (b, a, t) =>
                    a.atomic ? b.WriteAtomicAsync(a.Key, a.content, a.options, t) : b.WriteAsync(a.Key, a.content, a.options, t),
                static r => r.Size,
                token
            )
            .ConfigureAwait(false);
        return _scope.Rebase(result);
    }

    internal WriteOptions CheckOpenAtomic(string path, WriteOptions? options) =>
        OptionChecks.Write(options, Capability.AtomicWrite, backend.Capabilities, path, backend.Name);

    internal async ValueTask<WriteResult> CommitStagedAsync(string path, string staged, WriteOptions? options, CancellationToken token)
    {
        options = OptionChecks.Write(options, Capability.AtomicWrite | Capability.Staging, backend.Capabilities, path, backend.Name);
        var result = await RunAsync(
                Operations.CommitStaged,
                path,
                (Key: _scope.FileKey(path), staged, options),
                static (b, a, t) => b.CommitStagedAsync(a.Key, a.staged, a.options, t),
                static r => r.Size,
                token
            )
            .ConfigureAwait(false);
        return _scope.Rebase(result);
    }

    internal async ValueTask AbortStagedAsync(string path, string staged, CancellationToken token)
    {
        backend.Capabilities.Require(Capability.Staging, path, backend.Name);
        await RunAsync(
                Operations.AbortStaged,
                path,
                (Key: _scope.FileKey(path), staged),
                static (b, a, t) => b.AbortStagedAsync(a.Key, a.staged, t),
                token
            )
            .ConfigureAwait(false);
    }

    internal async ValueTask DeleteAsync(string path, DeleteOptions? options, CancellationToken token)
    {
        options = OptionChecks.Delete(options, backend.Capabilities, path, backend.Name);
        await RunAsync(
                Operations.Delete,
                path,
                (Key: _scope.FileKey(path), options),
                static (b, a, t) => b.DeleteAsync(a.Key, a.options, t),
                token
            )
            .ConfigureAwait(false);
    }

    internal async ValueTask DeleteFolderAsync(string path, DeleteFolderOptions? options, CancellationToken token)
    {
        var key = _scope.FileKey(path);
        backend.Capabilities.Require(Capability.Delete, path, backend.Name);
        await RunAsync(
                Operations.DeleteFolder,
                path,
                (Key: key, options),
                static (b, a, t) => b.DeleteFolderAsync(a.Key, a.options, t),
                token
            )
            .ConfigureAwait(false);
    }

    internal async ValueTask<ListPage> ListPageAsync(string path, ListOptions? options, string? continuation, CancellationToken token)
    {
        options = Listing(path, options);
        var page = await RunAsync(
                Operations.List,
                path,
                (Key: _scope.QueryKey(path), options, continuation),
                static (b, a, t) => b.ListPageAsync(a.Key, a.options, a.continuation, t),
                static _ => 0,
                token
            )
            .ConfigureAwait(false);
        return _scope.Rebase(page);
    }

    /// <summary>Arguments are checked by this call; the enumeration itself fetches page by page.</summary>
    internal IAsyncEnumerable<RemoteEntry> ListAsync(string path, ListOptions? options, CancellationToken token)
    {
        options = Listing(path, options);
        return _scope.RebaseAsync(backend.ListAsync(_scope.QueryKey(path), options, token), token);
    }

    internal IAsyncEnumerable<T> ListAsync<T>(string path, ListOptions? options, ListKinds kinds, CancellationToken token)
        where T : RemoteEntry =>
        ListAsync(path, (options ?? ListOptions.Default) with { Kinds = kinds }, token).CastEntriesAsync<T>(CancellationToken.None);

    internal IAsyncEnumerable<RemoteFileInfo> GlobAsync(string pattern, CancellationToken token)
    {
        var glob = GlobPattern.Parse(pattern);
        return ListAsync<RemoteFileInfo>(glob.LiteralPrefix, glob.ListOptions, ListKinds.Files, token)
            .MatchingAsync(glob, CancellationToken.None);
    }

    internal async ValueTask<RemoteFileInfo> GetFileInfoAsync(string path, CancellationToken token)
    {
        backend.Capabilities.Require(Capability.Metadata, path, backend.Name);
        return _scope.Rebase(
            await RunAsync(
                    Operations.GetFileInfo,
                    path,
                    _scope.FileKey(path),
                    static (b, k, t) => b.GetFileInfoAsync(k, t),
                    static _ => 0,
                    token
                )
                .ConfigureAwait(false)
        );
    }

    internal async ValueTask<RemoteFileInfo?> FindFileInfoAsync(string path, CancellationToken token)
    {
        try
        {
            return await GetFileInfoAsync(path, token).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    internal async ValueTask<RemoteFolderInfo> GetFolderInfoAsync(string path, int? maxDepth, CancellationToken token)
    {
        OptionChecks.CheckDepth(maxDepth);
        backend.Capabilities.Require(Capability.Metadata, path, backend.Name);
        var args = (Key: _scope.QueryKey(path), maxDepth);
        try
        {
            return _scope.Rebase(
                await RunAsync(
                        Operations.GetFolderInfo,
                        path,
                        args,
                        static (b, a, t) => b.GetFolderInfoAsync(a.Key, a.maxDepth, t),
                        static _ => 0,
                        token
                    )
                    .ConfigureAwait(false)
            );
        }
        catch (NotFoundException) when (_scope.IsOwnRoot(args.Key))
        {
            return StoreScope.EmptyRoot;
        }
    }

    internal async ValueTask MoveAsync(string source, string destination, MoveCopyOptions? options, CancellationToken token)
    {
        options = OptionChecks.MoveCopy(options, Capability.Move, backend.Capabilities, source, backend.Name);
        var args = (From: _scope.FileKey(source), To: _scope.FileKey(destination), options);
        await RunAsync(Operations.Move, source, args, static (b, a, t) => b.MoveAsync(a.From, a.To, a.options, t), token)
            .ConfigureAwait(false);
    }

    internal async ValueTask CopyAsync(string source, string destination, MoveCopyOptions? options, CancellationToken token)
    {
        options = OptionChecks.MoveCopy(options, Capability.Copy, backend.Capabilities, source, backend.Name);
        var args = (From: _scope.FileKey(source), To: _scope.FileKey(destination), options);
        await RunAsync(Operations.Copy, source, args, static (b, a, t) => b.CopyAsync(a.From, a.To, a.options, t), token)
            .ConfigureAwait(false);
    }

    internal ValueTask CheckHealthAsync(CancellationToken token) =>
        RunAsync(Operations.CheckHealth, null, 0, static (b, _, t) => b.CheckHealthAsync(t), token);

    internal string NativePath(string path) => backend.NativePath(_scope.QueryKey(path));

    internal string ToPath(string nativePath) => _scope.ToPath(backend.ToKey(nativePath));

    internal ResolvedPath Resolve(string path) => backend.Resolve(_scope.QueryKey(path));

    internal async ValueTask<T> RunAsync<TArgs, T>(
        string operation,
        string? path,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> call,
        Func<T, long> bytes,
        CancellationToken token
    )
    {
        var scope = OperationScope.IsObserved ? OperationScope.Start(operation, backend.Name, path) : (OperationScope?)null;
        try
        {
            var result = await call(backend, args, token).ConfigureAwait(false);
            scope?.Succeed(bytes(result));
            return result;
        }
        catch (Exception e)
        {
            scope?.Fail(e);
            if (e is RemoteStoreException typed && _scope.Rebase(typed) is { } rebased)
                throw rebased;
            throw;
        }
    }

    private async ValueTask RunAsync<TArgs>(
        string operation,
        string? path,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask> call,
        CancellationToken token
    ) =>
        await RunAsync(
                operation,
                path,
                (args, call),
                static async (b, a, t) =>
                {
                    await a.call(b, a.args, t).ConfigureAwait(false);
                    return true;
                },
                static _ => 0,
                token
            )
            .ConfigureAwait(false);

    private ListOptions Listing(string path, ListOptions? options)
    {
        options = OptionChecks.List(options, backend.Capabilities, path, backend.Name);
        return options.MaxDepth is { } depth ? options with { Recursive = depth > 0 } : options;
    }

    private RemoteReadStream Rebased(RemoteReadStream stream)
    {
        if (RemoteStoreDiagnostics.Bytes.Enabled)
            stream = new CountingReadStream(stream, Operations.Read, backend.Name);
        return _scope.IsWhole ? stream : new RebasedReadStream(stream, _scope);
    }
}
