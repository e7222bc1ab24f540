namespace RemoteStore;

/// <summary>A layer that does the same around every call to the backend below. The base of the library's own layers.</summary>
public abstract class InterceptingBackend : DelegatingBackend
{
    private protected InterceptingBackend(AsyncBackend inner)
        : base(inner) { }

    /// <inheritdoc/>
    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        RunAsync(
            new BackendCall(Operations.Exists, key, CallTraits.Retryable),
            key,
            static (b, k, t) => b.GetKindAsync(k, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.Read, key, CallTraits.Retryable),
            (key, options),
            static (b, a, t) => b.ReadAsync(a.key, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.ReadBytes, key, CallTraits.Retryable | CallTraits.LongRunning),
            (key, options),
            static (b, a, t) => b.ReadBytesAsync(a.key, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.Write, key, RetryRules.Write(content, options), content.Stream),
            (key, content, options),
            static (b, a, t) => b.WriteAsync(a.key, a.content, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.WriteAtomic, key, RetryRules.Write(content, options), content.Stream),
            (key, content, options),
            static (b, a, t) => b.WriteAtomicAsync(a.key, a.content, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.OpenAtomic, key, CallTraits.Retryable),
            (key, options),
            static (b, a, t) => b.OpenAtomicAsync(a.key, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.ResumeAtomic, key, CallTraits.LongRunning),
            (key, point, options),
            static (b, a, t) => b.ResumeAtomicAsync(a.key, a.point, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.CommitStaged, key, CallTraits.Mutation | CallTraits.LongRunning),
            (key, token, options),
            static (b, a, t) => b.CommitStagedAsync(a.key, a.token, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        RunAsync(
            new BackendCall(Operations.AbortStaged, key, CallTraits.Retryable),
            (key, token),
            static (b, a, t) => b.AbortStagedAsync(a.key, a.token, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(
            new BackendCall(Operations.Delete, key, RetryRules.Delete(options)),
            (key, options),
            static (b, a, t) => b.DeleteAsync(a.key, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.DeleteFolder, key, RetryRules.DeleteFolder(options)),
            (key, options),
            static (b, a, t) => b.DeleteFolderAsync(a.key, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.List, key, CallTraits.Retryable),
            (key, options, continuationToken),
            static (b, a, t) => b.ListPageAsync(a.key, a.options, a.continuationToken, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        RunAsync(
            new BackendCall(Operations.GetFileInfo, key, CallTraits.Retryable),
            key,
            static (b, k, t) => b.GetFileInfoAsync(k, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.GetFolderInfo, key, CallTraits.Retryable | CallTraits.LongRunning),
            (key, maxDepth),
            static (b, a, t) => b.GetFolderInfoAsync(a.key, a.maxDepth, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.Move, source, CallTraits.Mutation | CallTraits.LongRunning),
            (source, destination, options),
            static (b, a, t) => b.MoveAsync(a.source, a.destination, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new BackendCall(Operations.Copy, source, RetryRules.Copy(options)),
            (source, destination, options),
            static (b, a, t) => b.CopyAsync(a.source, a.destination, a.options, t),
            cancellationToken
        );

    /// <inheritdoc/>
    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) =>
        RunAsync(
            new BackendCall(Operations.CheckHealth, null, CallTraits.Retryable),
            0,
            static (b, _, t) => b.CheckHealthAsync(t),
            cancellationToken
        );

    private protected abstract ValueTask<T> RunAsync<TArgs, T>(
        BackendCall call,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken token
    );

    private async ValueTask RunAsync<TArgs>(
        BackendCall call,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask> run,
        CancellationToken token
    ) =>
        await RunAsync(
                call,
                (args, run),
                static async (b, a, t) =>
                {
                    await a.run(b, a.args, t).ConfigureAwait(false);
                    return true;
                },
                token
            )
            .ConfigureAwait(false);
}
