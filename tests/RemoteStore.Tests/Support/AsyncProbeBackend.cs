namespace RemoteStore.Tests;

/// <summary>An async backend over another whose calls, streams, listings and close a test can hold up, change or make fail.</summary>
internal sealed class AsyncProbeBackend(AsyncBackend? inner = null) : AsyncBackend
{
    private int _running;

    internal AsyncBackend Inner { get; } = inner ?? new AsyncMemoryBackend();

    /// <summary>Awaited before each operation.</summary>
    internal Func<string, CancellationToken, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

    internal Func<RemoteReadStream, RemoteReadStream> OnRead { get; set; } = static s => s;

    internal Func<IAsyncEnumerable<RemoteEntry>, IAsyncEnumerable<RemoteEntry>> OnList { get; set; } = static l => l;

    internal Func<WriteContent, WriteContent> OnContent { get; set; } = static c => c;

    internal ConcurrencyModel DeclaredConcurrency { get; init; }

    /// <summary>The most operations that ran at once.</summary>
    internal int MaxRunning { get; private set; }

    public override string Name => Inner.Name;

    public override CapabilitySet Capabilities => Inner.Capabilities;

    public override ConcurrencyModel Concurrency => DeclaredConcurrency;

    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        RunAsync("exists", () => Inner.GetKindAsync(key, cancellationToken), cancellationToken);

    /// <summary>Opening ignores its token once it was begun, as some clients do.</summary>
    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("read", async () => OnRead(await Inner.ReadAsync(key, options, CancellationToken.None)), cancellationToken);

    public override ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("read_bytes", () => Inner.ReadBytesAsync(key, options, cancellationToken), cancellationToken);

    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("write", () => Inner.WriteAsync(key, OnContent(content), options, cancellationToken), cancellationToken);

    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("write_atomic", () => Inner.WriteAtomicAsync(key, OnContent(content), options, cancellationToken), cancellationToken);

    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("open_atomic", () => Inner.OpenAtomicAsync(key, options, cancellationToken), cancellationToken);

    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("commit_staged", () => Inner.CommitStagedAsync(key, token, options, cancellationToken), cancellationToken);

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        RunAsync("abort_staged", () => Inner.AbortStagedAsync(key, token, cancellationToken), cancellationToken);

    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync("delete", () => Inner.DeleteAsync(key, options, cancellationToken), cancellationToken);

    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("delete_folder", () => Inner.DeleteFolderAsync(key, options, cancellationToken), cancellationToken);

    public override ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("list_page", () => Inner.ListPageAsync(key, options, continuationToken, cancellationToken), cancellationToken);

    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => OnList(Inner.ListAsync(key, options, cancellationToken));

    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        RunAsync("get_file_info", () => Inner.GetFileInfoAsync(key, cancellationToken), cancellationToken);

    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("get_folder_info", () => Inner.GetFolderInfoAsync(key, maxDepth, cancellationToken), cancellationToken);

    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("move", () => Inner.MoveAsync(source, destination, options, cancellationToken), cancellationToken);

    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync("copy", () => Inner.CopyAsync(source, destination, options, cancellationToken), cancellationToken);

    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) =>
        RunAsync("check_health", () => Inner.CheckHealthAsync(cancellationToken), cancellationToken);

    public override string NativePath(string key) => Inner.NativePath(key);

    public override string ToKey(string nativePath) => Inner.ToKey(nativePath);

    public override ResolvedPath Resolve(string key) => Inner.Resolve(key);

    public override T Unwrap<T>() => this as T ?? Inner.Unwrap<T>();

    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) =>
        RunAsync("close", () => Inner.CloseAsync(cancellationToken), cancellationToken);

    private async ValueTask RunAsync(string operation, Func<ValueTask> call, CancellationToken cancellationToken) =>
        await RunAsync(
            operation,
            async () =>
            {
                await call();
                return true;
            },
            cancellationToken
        );

    private async ValueTask<T> RunAsync<T>(string operation, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        lock (Inner)
            MaxRunning = Math.Max(MaxRunning, ++_running);
        try
        {
            await Before(operation, cancellationToken).ConfigureAwait(false);
            return await call().ConfigureAwait(false);
        }
        finally
        {
            lock (Inner)
                _running--;
        }
    }
}
