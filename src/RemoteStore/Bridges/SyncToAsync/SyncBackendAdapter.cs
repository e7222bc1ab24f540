using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// A sync <see cref="Backend"/> as an <see cref="AsyncBackend"/>. Blocking calls run on the adapter's own background threads, never on the
/// shared thread pool, so a hanging backend slows down no other code. Listings and bodies are streamed in both directions. Safe for any
/// number of callers; a <see cref="ConcurrencyModel.SingleConnection"/> backend is called by one thread only.
/// </summary>
/// <remarks>
/// A call that is cancelled while it waits for a thread is removed from the queue and has no effect. One that is cancelled while it runs
/// returns immediately; the work continues in the background, with an unknown outcome, and disposes its own result. It may still be reading
/// streamed content for one last read. A closed adapter throws a <see cref="BackendUnavailableException"/> that is not transient.
/// </remarks>
public sealed class SyncBackendAdapter : AsyncBackend, IMaintainable
{
    private readonly BlockingCallScheduler _runner;
    private readonly Lazy<Task> _close;

    /// <summary>Wraps a backend and owns it; threads are started on demand.</summary>
    /// <param name="inner">The backend; closing the adapter closes it.</param>
    /// <param name="options">Threads and timeouts; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public SyncBackendAdapter(Backend inner, SyncBackendAdapterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        options ??= SyncBackendAdapterOptions.Default;
        options.Validate();
        Inner = inner;
        var threads = inner.Concurrency == ConcurrencyModel.SingleConnection ? 1 : options.MaxThreads;
        _runner = new BlockingCallScheduler(new BlockingPool(inner.Name, threads, options.IdleTimeout), inner.Name, options.Logger);
        _close = new Lazy<Task>(() => _runner.CloseAsync(inner.Close, options.DrainTimeout));
    }

    /// <summary>The wrapped backend. Calling it directly blocks the calling thread.</summary>
    public Backend Inner { get; }

    /// <inheritdoc/>
    public override string Name => Inner.Name;

    /// <inheritdoc/>
    public override CapabilitySet Capabilities => Inner.Capabilities;

    /// <summary>The async API of a backend: the one that an <see cref="AsyncBackendSyncAdapter"/> wraps, else a new adapter.</summary>
    /// <param name="backend">The backend; closing the result closes it, or what it wraps.</param>
    /// <param name="options">For a new adapter; null for the defaults.</param>
    public static AsyncBackend Wrap(Backend backend, SyncBackendAdapterOptions? options = null) =>
        backend is AsyncBackendSyncAdapter bridge ? bridge.Inner : new SyncBackendAdapter(backend, options);

    /// <inheritdoc/>
    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        _runner.RunAsync("exists", static s => s.Inner.GetKind(s.key), (Inner, key), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _runner.RunAsync(
            "read",
            static s => PooledReadStream.Wrap(s._runner, s.Inner.Read(s.key, s.options)),
            (_runner, Inner, key, options),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _runner.RunAsync("read_bytes", static s => s.Inner.ReadBytes(s.key, s.options), (Inner, key, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        content.Stream is { } stream
            ? WriteStreamAsync("write", c => Inner.Write(key, c, options), stream, cancellationToken)
            : _runner.RunAsync(
                "write",
                static s => s.Inner.Write(s.key, s.content, s.options),
                (Inner, key, content, options),
                cancellationToken
            );

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        content.Stream is { } stream
            ? WriteStreamAsync("write_atomic", c => Inner.WriteAtomic(key, c, options), stream, cancellationToken)
            : _runner.RunAsync(
                "write_atomic",
                static s => s.Inner.WriteAtomic(s.key, s.content, s.options),
                (Inner, key, content, options),
                cancellationToken
            );

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _runner.RunAsync<(BlockingCallScheduler Runner, Backend Inner, string Key, WriteOptions? Options), AsyncAtomicWriter>(
            "open_atomic",
            static s => new PooledWriter(s.Runner, s.Inner.OpenAtomic(s.Key, s.Options)),
            (_runner, Inner, key, options),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _runner.RunAsync<
            (BlockingCallScheduler Runner, Backend Inner, string Key, ResumePoint Point, WriteOptions? Options),
            AsyncAtomicWriter
        >(
            "resume_atomic",
            static s => new PooledWriter(s.Runner, s.Inner.ResumeAtomic(s.Key, s.Point, s.Options)),
            (_runner, Inner, key, point, options),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _runner.RunAsync(
            "commit_staged",
            static s => s.Inner.CommitStaged(s.key, s.token, s.options),
            (Inner, key, token, options),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        _runner.RunAsync("abort_staged", static s => s.Inner.AbortStaged(s.key, s.token), (Inner, key, token), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        _runner.RunAsync("delete", static s => s.Inner.Delete(s.key, s.options), (Inner, key, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _runner.RunAsync("delete_folder", static s => s.Inner.DeleteFolder(s.key, s.options), (Inner, key, options), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) =>
        _runner.RunAsync(
            "list_page",
            static s => s.Inner.ListPage(s.key, s.options, s.continuationToken),
            (Inner, key, options, continuationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <remarks>
    /// Each thread switch fetches a page (<see cref="ListOptions.PageSize"/>); ending the enumeration early releases the backend's listing.
    /// </remarks>
    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        _runner.ThrowIfClosed();
        return EnumerateAsync(key, OptionChecks.List(options, Capabilities, key, Name), cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        _runner.RunAsync("get_file_info", static s => s.Inner.GetFileInfo(s.key), (Inner, key), cancellationToken);

    internal override ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken) =>
        _runner.RunAsync("find_record", static s => s.Inner.FindRecord(s.key, s.operation), (Inner, key, operation), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) =>
        _runner.RunAsync(
            "get_folder_info",
            static s => s.Inner.GetFolderInfo(s.key, s.maxDepth),
            (Inner, key, maxDepth),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _runner.RunAsync(
            "move",
            static s => s.Inner.Move(s.source, s.destination, s.options),
            (Inner, source, destination, options),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _runner.RunAsync(
            "copy",
            static s => s.Inner.Copy(s.source, s.destination, s.options),
            (Inner, source, destination, options),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) =>
        _runner.RunAsync("check_health", static inner => inner.CheckHealth(), Inner, cancellationToken);

    /// <inheritdoc/>
    public override string NativePath(string key) => Inner.NativePath(key);

    /// <inheritdoc/>
    public override string ToKey(string nativePath) => Inner.ToKey(nativePath);

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key) => Inner.Resolve(key);

    /// <inheritdoc/>
    public override T Unwrap<T>() => this as T ?? Inner.Unwrap<T>();

    /// <summary>Runs the backend's cleanup on a thread of the adapter; does nothing for a backend without one.</summary>
    /// <param name="cancellationToken">Cancels the wait, and the work where the backend supports it.</param>
    /// <returns>The number of items cleaned up or recovered.</returns>
    public ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default) =>
        _runner.RunAsync("maintain", static s => Maintained(s.Inner, s.cancellationToken), (Inner, cancellationToken), cancellationToken);

    /// <summary>
    /// Rejects new calls, waits for running ones (see <see cref="SyncBackendAdapterOptions.DrainTimeout"/>), fails the remaining ones with
    /// <see cref="BackendUnavailableException"/>, closes the backend on a thread of the adapter, and stops the threads. Happens once.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait; the close continues.</param>
    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) => new(_close.Value.WaitAsync(cancellationToken));

    private static int Maintained(Backend inner, CancellationToken cancellationToken)
    {
        try
        {
            return Completed.Result(inner.Unwrap<IMaintainable>().MaintainAsync(cancellationToken));
        }
        catch (CapabilityNotSupportedException)
        {
            return 0;
        }
    }

    private static (List<RemoteEntry> Entries, ExceptionDispatchInfo? Failure) NextPage(IEnumerator<RemoteEntry> listing, int size)
    {
        var entries = new List<RemoteEntry>();
        try
        {
            while (entries.Count < size && listing.MoveNext())
                entries.Add(listing.Current);
            return (entries, null);
        }
        catch (Exception e)
        {
            return (entries, ExceptionDispatchInfo.Capture(e));
        }
    }

    private ValueTask<WriteResult> WriteStreamAsync(
        string operation,
        Func<WriteContent, WriteResult> write,
        Stream content,
        CancellationToken cancellationToken
    ) =>
        _runner.RunAsync(
            new ContentCall(write, content, _runner.Pool, cancellationToken) { Operation = operation, PullsContent = true },
            cancellationToken
        );

    private async IAsyncEnumerable<RemoteEntry> EnumerateAsync(
        string key,
        ListOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var listing = new BlockingResource<IEnumerator<RemoteEntry>>(
            _runner,
            await _runner
                .RunAsync("list", static s => s.Inner.List(s.key, s.options).GetEnumerator(), (Inner, key, options), cancellationToken)
                .ConfigureAwait(false)
        );
        try
        {
            var full = true;
            while (full)
            {
                var (entries, failure) = await listing
                    .UseAsync("list", NextPage, options.PageSize, cancellationToken)
                    .ConfigureAwait(false);
                foreach (var entry in entries)
                    yield return entry;
                failure?.Throw();
                full = entries.Count == options.PageSize;
            }
        }
        finally
        {
            await listing.DisposeAsync().ConfigureAwait(false);
        }
    }
}
