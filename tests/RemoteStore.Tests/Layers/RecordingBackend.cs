namespace RemoteStore.Tests.Layers;

/// <summary>Notes every member that is called, with its arguments, and answers with something recognisable.</summary>
internal sealed class RecordingBackend : AsyncBackend
{
    internal List<(string Member, object?[] Args)> Calls { get; } = [];

    public override string Name => Note("recorded", nameof(Name));

    public override CapabilitySet Capabilities => Note(CapabilitySet.All, nameof(Capabilities));

    public override ConcurrencyModel Concurrency => Note(ConcurrencyModel.SingleConnection, nameof(Concurrency));

    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        new(Note(EntryKind.File, nameof(GetKindAsync), key, cancellationToken));

    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Note(0, nameof(ReadAsync), key, options, cancellationToken);
        throw new NotFoundException("recorded");
    }

    public override ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(Note(new byte[] { 1 }, nameof(ReadBytesAsync), key, options, cancellationToken));

    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(Note(Written, nameof(WriteAsync), key, content, options, cancellationToken));

    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(Note(Written, nameof(WriteAtomicAsync), key, content, options, cancellationToken));

    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Note(0, nameof(OpenAtomicAsync), key, options, cancellationToken);
        throw new NotFoundException("recorded");
    }

    public override ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Note(0, nameof(ResumeAtomicAsync), key, point, options, cancellationToken);
        throw new NotFoundException("recorded");
    }

    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => new(Note(Written, nameof(CommitStagedAsync), key, token, options, cancellationToken));

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        Note(ValueTask.CompletedTask, nameof(AbortStagedAsync), key, token, cancellationToken);

    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        Note(ValueTask.CompletedTask, nameof(DeleteAsync), key, options, cancellationToken);

    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Note(ValueTask.CompletedTask, nameof(DeleteFolderAsync), key, options, cancellationToken);

    public override ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) => new(Note(new ListPage([], null), nameof(ListPageAsync), key, options, continuationToken, cancellationToken));

    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Note(AsyncEnumerable.Empty<RemoteEntry>(), nameof(ListAsync), key, options, cancellationToken);

    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        new(Note(new RemoteFileInfo("recorded", 1), nameof(GetFileInfoAsync), key, cancellationToken));

    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) => new(Note(new RemoteFolderInfo("recorded", 1, 1, null), nameof(GetFolderInfoAsync), key, maxDepth, cancellationToken));

    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Note(ValueTask.CompletedTask, nameof(MoveAsync), source, destination, options, cancellationToken);

    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Note(ValueTask.CompletedTask, nameof(CopyAsync), source, destination, options, cancellationToken);

    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) =>
        Note(ValueTask.CompletedTask, nameof(CheckHealthAsync), cancellationToken);

    public override string NativePath(string key) => Note("native", nameof(NativePath), key);

    public override string ToKey(string nativePath) => Note("key", nameof(ToKey), nativePath);

    public override ResolvedPath Resolve(string key) => Note(new ResolvedPath("k", "b", "key", "n"), nameof(Resolve), key);

    public override T Unwrap<T>() => Note((T)(object)"inner", nameof(Unwrap));

    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) =>
        Note(ValueTask.CompletedTask, nameof(CloseAsync), cancellationToken);

    private static WriteResult Written => new("recorded", 1, WriteResultSource.Basic);

    private T Note<T>(T answer, string member, params object?[] args)
    {
        Calls.Add((member, args));
        return answer;
    }
}
