namespace RemoteStore.Conformance.Tests;

/// <summary>Every call goes to the inner backend: the ground that a mutant changes one thing of.</summary>
internal class ForwardingBackend(AsyncBackend inner) : AsyncBackend
{
    protected AsyncBackend Inner => inner;

    public override string Name => inner.Name;

    public override CapabilitySet Capabilities => inner.Capabilities;

    public override ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default) =>
        inner.GetKindAsync(key, cancellationToken);

    public override ValueTask<RemoteReadStream> ReadAsync(string key, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(key, options, cancellationToken);

    public override ValueTask<byte[]> ReadBytesAsync(string key, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.ReadBytesAsync(key, options, cancellationToken);

    public override ValueTask<WriteResult> WriteAsync(
        string key, WriteContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(key, content, options, cancellationToken);

    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key, WriteContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.WriteAtomicAsync(key, content, options, cancellationToken);

    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.OpenAtomicAsync(key, options, cancellationToken);

    public override ValueTask<WriteResult> CommitStagedAsync(
        string key, string token, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.CommitStagedAsync(key, token, options, cancellationToken);

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        inner.AbortStagedAsync(key, token, cancellationToken);

    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.DeleteAsync(key, options, cancellationToken);

    public override ValueTask DeleteFolderAsync(string key, DeleteFolderOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.DeleteFolderAsync(key, options, cancellationToken);

    public override ValueTask<ListPage> ListPageAsync(
        string key, ListOptions? options = null, string? continuationToken = null, CancellationToken cancellationToken = default) =>
        inner.ListPageAsync(key, options, continuationToken, cancellationToken);

    public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
        inner.GetFileInfoAsync(key, cancellationToken);

    public override ValueTask<RemoteFolderInfo> GetFolderInfoAsync(string key, int? maxDepth = null, CancellationToken cancellationToken = default) =>
        inner.GetFolderInfoAsync(key, maxDepth, cancellationToken);

    public override ValueTask MoveAsync(
        string source, string destination, TransferOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.MoveAsync(source, destination, options, cancellationToken);

    public override ValueTask CopyAsync(
        string source, string destination, TransferOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.CopyAsync(source, destination, options, cancellationToken);

    public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) => inner.CheckHealthAsync(cancellationToken);

    public override string NativePath(string key) => inner.NativePath(key);

    public override string ToKey(string nativePath) => inner.ToKey(nativePath);

    public override ResolvedPath Resolve(string key) => inner.Resolve(key);

    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) => inner.CloseAsync(cancellationToken);
}
