namespace RemoteStore;

/// <summary>
/// An <see cref="AsyncBackend"/> as a sync <see cref="Backend"/>. Calls block the calling thread, and no other. Safe for any number of
/// threads.
/// </summary>
/// <remarks>
/// <para>
/// A call throws <see cref="InvalidOperationException"/> immediately on a thread that runs asynchronous work: one with a
/// <see cref="SynchronizationContext"/> or a non-default current <see cref="TaskScheduler"/> (a grain's turn, a user interface), and on the
/// adapter's own loop. Use <see cref="AsyncStore"/> there. Each read of a returned stream is such a call.
/// </para>
/// <para>
/// A call is started on the calling thread, with the adapter's private loop as its <see cref="SynchronizationContext"/>. Continuations that
/// the backend posts to a captured context run on the loop and do not depend on the caller's context. Streamed content of a write is read
/// by the calling thread. Exceptions are rethrown unchanged.
/// </para>
/// <para>A closed adapter throws a <see cref="BackendUnavailableException"/> that is not transient, and cannot be reopened.</para>
/// </remarks>
public sealed class AsyncBackendSyncAdapter : Backend
{
    private readonly AsyncCallBlocker _runner;
    private readonly TimeSpan _closeTimeout;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closing;

    /// <summary>Wraps a backend and owns it; threads are started on demand.</summary>
    /// <param name="inner">The backend; closing the adapter closes it.</param>
    /// <param name="options">Timeouts and logging; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public AsyncBackendSyncAdapter(AsyncBackend inner, AsyncBackendSyncAdapterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        options ??= AsyncBackendSyncAdapterOptions.Default;
        AsyncBackendSyncAdapterOptions.CheckTimeout(options.CloseTimeout);
        Inner = inner;
        _closeTimeout = options.CloseTimeout;
        _runner = new AsyncCallBlocker(inner.Name, inner.Concurrency, options.Logger);
    }

    /// <summary>The wrapped backend, for asynchronous code.</summary>
    public AsyncBackend Inner { get; }

    /// <inheritdoc/>
    public override string Name => Inner.Name;

    /// <summary>The capabilities of the backend, except <see cref="Capability.SeekableRead"/>: its streams are forward-only here.</summary>
    public override CapabilitySet Capabilities => Inner.Capabilities.Without(Capability.SeekableRead);

    /// <summary>The sync API of a backend: the one that a <see cref="SyncBackendAdapter"/> wraps, else a new adapter.</summary>
    /// <param name="backend">The backend; closing the result closes it, or what it wraps.</param>
    /// <param name="options">For a new adapter; null for the defaults.</param>
    public static Backend Wrap(AsyncBackend backend, AsyncBackendSyncAdapterOptions? options = null) =>
        backend is SyncBackendAdapter bridge ? bridge.Inner : new AsyncBackendSyncAdapter(backend, options);

    /// <inheritdoc/>
    public override EntryKind GetKind(string key) => _runner.Run("exists", (Inner, key), static (s, t) => s.Inner.GetKindAsync(s.key, t));

    /// <inheritdoc/>
    public override RemoteReadStream Read(string key, ReadOptions? options = null) =>
        new BlockingReadStream(
            _runner,
            _runner.Run("read", (Inner, key, options), static (s, t) => s.Inner.ReadAsync(s.key, s.options, t))
        );

    /// <inheritdoc/>
    public override byte[] ReadBytes(string key, ReadOptions? options = null) =>
        _runner.Run("read_bytes", (Inner, key, options), static (s, t) => s.Inner.ReadBytesAsync(s.key, s.options, t));

    /// <inheritdoc/>
    public override WriteResult Write(string key, WriteContent content, WriteOptions? options = null) =>
        content.Stream is { } stream
            ? _runner.RunWithContent("write", stream, (c, t) => Inner.WriteAsync(key, c, options, t))
            : _runner.Run("write", (Inner, key, content, options), static (s, t) => s.Inner.WriteAsync(s.key, s.content, s.options, t));

    /// <inheritdoc/>
    public override WriteResult WriteAtomic(string key, WriteContent content, WriteOptions? options = null) =>
        content.Stream is { } stream
            ? _runner.RunWithContent("write_atomic", stream, (c, t) => Inner.WriteAtomicAsync(key, c, options, t))
            : _runner.Run(
                "write_atomic",
                (Inner, key, content, options),
                static (s, t) => s.Inner.WriteAtomicAsync(s.key, s.content, s.options, t)
            );

    /// <inheritdoc/>
    public override AtomicWriter OpenAtomic(string key, WriteOptions? options = null) =>
        new BlockingWriter(
            _runner,
            _runner.Run("open_atomic", (Inner, key, options), static (s, t) => s.Inner.OpenAtomicAsync(s.key, s.options, t))
        );

    /// <inheritdoc/>
    public override AtomicWriter ResumeAtomic(string key, ResumePoint point, WriteOptions? options = null) =>
        new BlockingWriter(
            _runner,
            _runner.Run(
                "resume_atomic",
                (Inner, key, point, options),
                static (s, t) => s.Inner.ResumeAtomicAsync(s.key, s.point, s.options, t)
            )
        );

    /// <inheritdoc/>
    public override WriteResult CommitStaged(string key, string token, WriteOptions? options = null) =>
        _runner.Run(
            "commit_staged",
            (Inner, key, token, options),
            static (s, t) => s.Inner.CommitStagedAsync(s.key, s.token, s.options, t)
        );

    /// <inheritdoc/>
    public override void AbortStaged(string key, string token) =>
        _runner.Run("abort_staged", (Inner, key, token), static (s, t) => s.Inner.AbortStagedAsync(s.key, s.token, t));

    /// <inheritdoc/>
    public override void Delete(string key, DeleteOptions? options = null) =>
        _runner.Run("delete", (Inner, key, options), static (s, t) => s.Inner.DeleteAsync(s.key, s.options, t));

    /// <inheritdoc/>
    public override void DeleteFolder(string key, DeleteFolderOptions? options = null) =>
        _runner.Run("delete_folder", (Inner, key, options), static (s, t) => s.Inner.DeleteFolderAsync(s.key, s.options, t));

    /// <inheritdoc/>
    public override ListPage ListPage(string key, ListOptions? options = null, string? continuationToken = null) =>
        _runner.Run(
            "list_page",
            (Inner, key, options, continuationToken),
            static (s, t) => s.Inner.ListPageAsync(s.key, s.options, s.continuationToken, t)
        );

    /// <inheritdoc/>
    /// <remarks>One entry is pulled at a time, without read-ahead; ending the enumeration early releases the backend's listing.</remarks>
    public override IEnumerable<RemoteEntry> List(string key, ListOptions? options = null) =>
        new BlockingListing(
            _runner,
            _runner.Run(
                "list",
                (Inner, key, options),
                static (s, t) => new ValueTask<IAsyncEnumerable<RemoteEntry>>(s.Inner.ListAsync(s.key, s.options, t))
            )
        );

    /// <inheritdoc/>
    public override RemoteFileInfo GetFileInfo(string key) =>
        _runner.Run("get_file_info", (Inner, key), static (s, t) => s.Inner.GetFileInfoAsync(s.key, t));

    /// <inheritdoc/>
    public override RemoteFolderInfo GetFolderInfo(string key, int? maxDepth = null) =>
        _runner.Run("get_folder_info", (Inner, key, maxDepth), static (s, t) => s.Inner.GetFolderInfoAsync(s.key, s.maxDepth, t));

    /// <inheritdoc/>
    public override void Move(string source, string destination, MoveCopyOptions? options = null) =>
        _runner.Run(
            "move",
            (Inner, source, destination, options),
            static (s, t) => s.Inner.MoveAsync(s.source, s.destination, s.options, t)
        );

    /// <inheritdoc/>
    public override void Copy(string source, string destination, MoveCopyOptions? options = null) =>
        _runner.Run(
            "copy",
            (Inner, source, destination, options),
            static (s, t) => s.Inner.CopyAsync(s.source, s.destination, s.options, t)
        );

    /// <inheritdoc/>
    public override void CheckHealth() => _runner.Run("check_health", Inner, static (inner, t) => inner.CheckHealthAsync(t));

    /// <inheritdoc/>
    public override string NativePath(string key) => Inner.NativePath(key);

    /// <inheritdoc/>
    public override string ToKey(string nativePath) => Inner.ToKey(nativePath);

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key) => Inner.Resolve(key);

    /// <summary>
    /// The adapter or the backend it wraps, and nothing below: native objects of an async backend must not be used by sync code.
    /// </summary>
    /// <typeparam name="T">The requested type.</typeparam>
    /// <exception cref="CapabilityNotSupportedException">Neither is of that type.</exception>
    public override T Unwrap<T>() =>
        this as T
        ?? Inner as T
        ?? throw new CapabilityNotSupportedException(
            Capability.None,
            $"Unwrap<{typeof(T).Name}> is not supported through AsyncBackendSyncAdapter. Call Unwrap on the inner AsyncBackend.",
            null,
            Name
        );

    /// <summary>Closes within <see cref="AsyncBackendSyncAdapterOptions.CloseTimeout"/>, see <see cref="Close(TimeSpan)"/>.</summary>
    public override void Close() => Close(_closeTimeout);

    /// <summary>
    /// Rejects new calls, waits for those in flight, cancels the remaining ones, fails the callers that are still blocked with
    /// <see cref="BackendUnavailableException"/>, closes the backend, stops the loop, logs what did not end, and returns within the
    /// timeout. Exceptions of the backend's own close are logged, not thrown. Happens once: concurrent closers wait for the same close,
    /// each at most for its own timeout. Allowed on any thread except a private loop.
    /// </summary>
    /// <param name="timeout">The time limit; <see cref="Timeout.InfiniteTimeSpan"/> for none; zero to wait for nothing.</param>
    /// <exception cref="InvalidOperationException">The caller is a private loop's thread.</exception>
    public void Close(TimeSpan timeout)
    {
        AsyncBackendSyncAdapterOptions.CheckTimeout(timeout);
        if (PrivateLoop.IsAnyLoop)
            throw new InvalidOperationException(CallerContext.Refusal);
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            _closed.Task.Wait(timeout);
            return;
        }

        try
        {
            _runner.Close(() => Inner.CloseAsync().AsTask(), timeout);
        }
        finally
        {
            _closed.SetResult();
        }
    }
}
