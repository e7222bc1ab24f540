namespace RemoteStore.Tests;

/// <summary>A sync backend over another whose calls, streams, listings and close a test can hold up, change or make fail.</summary>
internal sealed class ProbeBackend(Backend? inner = null) : Backend
{
    private int _running;

    internal Backend Inner { get; } = inner ?? new MemoryBackend();

    /// <summary>Runs before each operation, on the thread that makes it.</summary>
    internal Action<string> Before { get; set; } = static _ => { };

    internal Func<RemoteReadStream, RemoteReadStream> OnRead { get; set; } = static s => s;

    internal Func<IEnumerable<RemoteEntry>, IEnumerable<RemoteEntry>> OnList { get; set; } = static l => l;

    /// <summary>Takes the place of a plain write.</summary>
    internal Func<string, WriteContent, WriteResult>? OnWrite { get; set; }

    internal ConcurrencyModel DeclaredConcurrency { get; init; }

    /// <summary>The most operations that ran at once.</summary>
    internal int MaxRunning { get; private set; }

    public override string Name => Inner.Name;

    public override CapabilitySet Capabilities => Inner.Capabilities;

    public override ConcurrencyModel Concurrency => DeclaredConcurrency;

    public override EntryKind GetKind(string key) => Run("exists", () => Inner.GetKind(key));

    public override RemoteReadStream Read(string key, ReadOptions? options = null) => Run("read", () => OnRead(Inner.Read(key, options)));

    public override byte[] ReadBytes(string key, ReadOptions? options = null) => Run("read_bytes", () => Inner.ReadBytes(key, options));

    public override WriteResult Write(string key, WriteContent content, WriteOptions? options = null) =>
        Run("write", () => OnWrite?.Invoke(key, content) ?? Inner.Write(key, content, options));

    public override WriteResult WriteAtomic(string key, WriteContent content, WriteOptions? options = null) =>
        Run("write_atomic", () => Inner.WriteAtomic(key, content, options));

    public override AtomicWriter OpenAtomic(string key, WriteOptions? options = null) =>
        Run("open_atomic", () => Inner.OpenAtomic(key, options));

    public override WriteResult CommitStaged(string key, string token, WriteOptions? options = null) =>
        Run("commit_staged", () => Inner.CommitStaged(key, token, options));

    public override void AbortStaged(string key, string token) => Run("abort_staged", () => Inner.AbortStaged(key, token));

    public override void Delete(string key, DeleteOptions? options = null) => Run("delete", () => Inner.Delete(key, options));

    public override void DeleteFolder(string key, DeleteFolderOptions? options = null) =>
        Run("delete_folder", () => Inner.DeleteFolder(key, options));

    public override ListPage ListPage(string key, ListOptions? options = null, string? continuationToken = null) =>
        Run("list_page", () => Inner.ListPage(key, options, continuationToken));

    public override IEnumerable<RemoteEntry> List(string key, ListOptions? options = null) =>
        Run("list", () => OnList(Inner.List(key, options)));

    public override RemoteFileInfo GetFileInfo(string key) => Run("get_file_info", () => Inner.GetFileInfo(key));

    public override RemoteFolderInfo GetFolderInfo(string key, int? maxDepth = null) =>
        Run("get_folder_info", () => Inner.GetFolderInfo(key, maxDepth));

    public override void Move(string source, string destination, MoveCopyOptions? options = null) =>
        Run("move", () => Inner.Move(source, destination, options));

    public override void Copy(string source, string destination, MoveCopyOptions? options = null) =>
        Run("copy", () => Inner.Copy(source, destination, options));

    public override void CheckHealth() => Run("check_health", Inner.CheckHealth);

    public override string NativePath(string key) => Inner.NativePath(key);

    public override string ToKey(string nativePath) => Inner.ToKey(nativePath);

    public override ResolvedPath Resolve(string key) => Inner.Resolve(key);

    public override T Unwrap<T>() => this as T ?? Inner.Unwrap<T>();

    public override void Close() => Run("close", Inner.Close);

    private void Run(string operation, Action call) =>
        Run(
            operation,
            () =>
            {
                call();
                return true;
            }
        );

    private T Run<T>(string operation, Func<T> call)
    {
        lock (Inner)
            MaxRunning = Math.Max(MaxRunning, ++_running);
        try
        {
            Before(operation);
            return call();
        }
        finally
        {
            lock (Inner)
                _running--;
        }
    }
}
