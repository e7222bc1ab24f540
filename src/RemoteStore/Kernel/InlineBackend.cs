namespace RemoteStore;

/// <summary>
/// A sync backend exposed as an async one whose calls have completed when they return, on the caller's own thread. It lets the sync APIs
/// reuse code that is written once in async form. It is internal, and no substitute for an adapter.
/// </summary>
internal sealed class InlineBackend(Backend inner) : AsyncBackend
{
    public override string Name => inner.Name;

    public override CapabilitySet Capabilities => inner.Capabilities;

    public override ConcurrencyModel Concurrency => inner.Concurrency;

    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) => new(inner.GetKind(key));

    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(inner.Read(key, options));

    public override ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(inner.ReadBytes(key, options));

    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(inner.Write(key, content, options));

    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(inner.WriteAtomic(key, content, options));

    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException("The sync APIs open their own writer.");

    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(inner.CommitStaged(key, token, options));

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default)
    {
        inner.AbortStaged(key, token);
        return default;
    }

    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        inner.Delete(key, options);
        return default;
    }

    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        inner.DeleteFolder(key, options);
        return default;
    }

    public override ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) => new(inner.ListPage(key, options, continuationToken));

    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new InlineEnumerable<RemoteEntry>(inner.List(key, options));

    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        new(inner.GetFileInfo(key));

    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) => new(inner.GetFolderInfo(key, maxDepth));

    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        inner.Move(source, destination, options);
        return default;
    }

    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        inner.Copy(source, destination, options);
        return default;
    }

    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        inner.CheckHealth();
        return default;
    }

    public override string NativePath(string key) => inner.NativePath(key);

    public override string ToKey(string nativePath) => inner.ToKey(nativePath);

    public override ResolvedPath Resolve(string key) => inner.Resolve(key);

    public override T Unwrap<T>() => inner.Unwrap<T>();

    public override ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        inner.Close();
        return default;
    }
}

/// <summary>A sync sequence whose steps are completed tasks.</summary>
internal sealed class InlineEnumerable<T>(IEnumerable<T> source) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(source.GetEnumerator());

    private sealed class Enumerator(IEnumerator<T> inner) : IAsyncEnumerator<T>
    {
        public T Current => inner.Current;

        public ValueTask<bool> MoveNextAsync() => new(inner.MoveNext());

        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return default;
        }
    }
}
