using System.Runtime.CompilerServices;
using System.Text;

namespace RemoteStore;

/// <summary>
/// Files below one root of a backend, for asynchronous code. Safe for any number of concurrent callers. Paths are <see cref="RemotePath"/>
/// texts relative to the store's root, also in the errors (<see cref="RemoteStoreException"/>). A cancelled mutation has an unknown
/// outcome.
/// </summary>
public sealed class AsyncStore : IAsyncDisposable, IEquatable<AsyncStore>
{
    private readonly StoreCore _core;
    private readonly bool _leaveOpen;

    /// <summary>Creates a store; no I/O happens.</summary>
    /// <param name="backend">The backend that holds the files.</param>
    /// <param name="root">The folder that is the store's root; empty for the whole backend.</param>
    /// <param name="leaveOpen">Whether closing the store leaves the backend open; default false.</param>
    public AsyncStore(AsyncBackend backend, string root = "", bool leaveOpen = false)
        : this(
            new StoreCore(
                backend ?? throw new ArgumentNullException(nameof(backend)),
                root.Length == 0 ? RemotePath.Root : RemotePath.Parse(root)
            ),
            leaveOpen
        ) { }

    /// <summary>Creates a store over a sync backend, bridged by <see cref="SyncBackendAdapter.Wrap"/>; no I/O happens.</summary>
    /// <param name="backend">The backend that holds the files.</param>
    /// <param name="root">The folder that is the store's root; empty for the whole backend.</param>
    /// <param name="leaveOpen">Whether closing the store leaves the backend open; default false.</param>
    public AsyncStore(Backend backend, string root = "", bool leaveOpen = false)
        : this(SyncBackendAdapter.Wrap(backend), root, leaveOpen) { }

    private AsyncStore(StoreCore core, bool leaveOpen)
    {
        _core = core;
        _leaveOpen = leaveOpen;
    }

    /// <summary>The backend of the store.</summary>
    public AsyncBackend Backend => _core.Backend;

    /// <summary>The root of this store within its backend; <see cref="RemotePath.Root"/> for the whole backend.</summary>
    public RemotePath Root => _core.Root;

    /// <summary>The capabilities of the backend.</summary>
    public CapabilitySet Capabilities => Backend.Capabilities;

    /// <summary>Whether the backend supports all of these capabilities.</summary>
    /// <param name="capability">One or more flags.</param>
    public bool Supports(Capability capability) => Capabilities.Supports(capability);

    /// <summary>Throws unless the backend supports all of these capabilities.</summary>
    /// <param name="capability">One or more flags.</param>
    /// <exception cref="CapabilityNotSupportedException">A capability is missing.</exception>
    public void Require(Capability capability) => Capabilities.Require(capability, null, Backend.Name);

    /// <summary>The native client, connection or inner backend of the given type. The backend keeps ownership and disposes it.</summary>
    /// <typeparam name="T">The requested type.</typeparam>
    /// <exception cref="CapabilityNotSupportedException">The backend offers no object of that type.</exception>
    public T Unwrap<T>()
        where T : class => Backend.Unwrap<T>();

    /// <summary>A store for a folder below this one, over the same backend. The child never closes the backend.</summary>
    /// <param name="path">The folder, relative to this store; it need not exist.</param>
    public AsyncStore Child(string path) => new(_core.Child(path), leaveOpen: true);

    /// <summary>Reads a file as text.</summary>
    /// <param name="path">The path.</param>
    /// <param name="encoding">The encoding; default UTF-8.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="DecoderFallbackException">The bytes are not valid in that encoding.</exception>
    public async Task<string> ReadTextAsync(string path, Encoding? encoding = null, CancellationToken cancellationToken = default) =>
        (encoding ?? TextEncoding.Default).GetString(await ReadBytesAsync(path, null, cancellationToken).ConfigureAwait(false));

    /// <summary>Opens an atomic write that is filled incrementally; disposing it without a commit leaves the target untouched.</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    public async Task<AsyncAtomicWriter> OpenAtomicAsync(
        string path,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options = _core.CheckOpenAtomic(path, options);
        var args = (Key: _core.Scope.FileKey(path), options);
        var writer = await _core
            .RunAsync(
                Operations.OpenAtomic,
                path,
                args,
                static (b, a, t) => b.OpenAtomicAsync(a.Key, a.options, t),
                static _ => 0,
                cancellationToken
            )
            .ConfigureAwait(false);
        return _core.Scope.IsWhole ? writer : new RebasedAsyncWriter(writer, _core.Scope);
    }

    /// <summary>Whether a file or folder exists at the path.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<bool> ExistsAsync(string path, CancellationToken cancellationToken = default) =>
        await _core.GetKindAsync(path, cancellationToken).ConfigureAwait(false) != EntryKind.None;

    /// <summary>Whether a file exists at the path.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<bool> IsFileAsync(string path, CancellationToken cancellationToken = default) =>
        await _core.GetKindAsync(path, cancellationToken).ConfigureAwait(false) == EntryKind.File;

    /// <summary>Whether a folder exists at the path.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<bool> IsFolderAsync(string path, CancellationToken cancellationToken = default) =>
        await _core.GetKindAsync(path, cancellationToken).ConfigureAwait(false) == EntryKind.Folder;

    /// <summary>Opens a file. Failures are reported here, not at the first read. The caller disposes the stream.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<RemoteReadStream> ReadAsync(string path, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        _core.ReadAsync(path, options, cancellationToken).AsTask();

    /// <summary>Opens a file for random access; every seek reads the version first opened. The caller disposes the stream.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<RemoteReadStream> ReadSeekableAsync(string path, CancellationToken cancellationToken = default) =>
        _core.ReadSeekableAsync(path, cancellationToken).AsTask();

    /// <summary>Reads a file, or a range of it, into memory.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<byte[]> ReadBytesAsync(string path, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        _core.ReadBytesAsync(path, options, cancellationToken).AsTask();

    /// <summary>Writes a file and creates its parent folders. A failure may leave a partial file, depending on the backend.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="content">The bytes, or a stream that is read from its position to its end and is not disposed.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<WriteResult> WriteAsync(
        string path,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _core.WriteAsync(path, content, options, atomic: false, cancellationToken).AsTask();

    /// <summary>Writes text as a file.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="text">The text.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="encoding">The encoding; default UTF-8.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<WriteResult> WriteTextAsync(
        string path,
        string text,
        WriteOptions? options = null,
        Encoding? encoding = null,
        CancellationToken cancellationToken = default
    ) => _core.WriteAsync(path, WriteContent.FromText(text, encoding), options, atomic: false, cancellationToken).AsTask();

    /// <summary>Writes a file atomically: no reader sees a partial file, and a failure leaves the previous version.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="content">The bytes, or a stream that is read from its position to its end and is not disposed.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<WriteResult> WriteAtomicAsync(
        string path,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _core.WriteAsync(path, content, options, atomic: true, cancellationToken).AsTask();

    /// <summary>Commits the staged content of a detached writer.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="token">The token of a detached writer.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<WriteResult> CommitStagedAsync(
        string path,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _core.CommitStagedAsync(path, token, options, cancellationToken).AsTask();

    /// <summary>Removes the staged content of a detached writer.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="token">The token of a detached writer.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task AbortStagedAsync(string path, string token, CancellationToken cancellationToken = default) =>
        _core.AbortStagedAsync(path, token, cancellationToken).AsTask();

    /// <summary>Deletes a file.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="options">Tolerance and condition; null to fail when it is missing.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task DeleteAsync(string path, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        _core.DeleteAsync(path, options, cancellationToken).AsTask();

    /// <summary>Deletes a folder.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="options">Depth and tolerance; null for an empty folder that exists.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task DeleteFolderAsync(string path, DeleteFolderOptions? options = null, CancellationToken cancellationToken = default) =>
        _core.DeleteFolderAsync(path, options, cancellationToken).AsTask();

    /// <summary>A part of a listing, with a token for the next part.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="options">What to list; null for the direct children.</param>
    /// <param name="continuationToken">The token of the previous page; null for the first.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<ListPage> ListPageAsync(
        string path = "",
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    ) => _core.ListPageAsync(path, options, continuationToken, cancellationToken).AsTask();

    /// <summary>Files and folders, fetched while they are enumerated.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="options">What to list; null for the direct children.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public IAsyncEnumerable<RemoteEntry> ListAsync(
        string path = "",
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _core.ListAsync(path, options, cancellationToken);

    /// <summary>Files, fetched while they are enumerated.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="options">What to list; null for the direct children.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public IAsyncEnumerable<RemoteFileInfo> ListFilesAsync(
        string path = "",
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _core.ListAsync<RemoteFileInfo>(path, options, ListKinds.Files, cancellationToken);

    /// <summary>Folders, fetched while they are enumerated.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="options">What to list; null for the direct children.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public IAsyncEnumerable<RemoteFolderEntry> ListFoldersAsync(
        string path = "",
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _core.ListAsync<RemoteFolderEntry>(path, options, ListKinds.Folders, cancellationToken);

    /// <summary>The files whose path matches a pattern.</summary>
    /// <param name="pattern">The pattern, see <see cref="GlobPattern"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public IAsyncEnumerable<RemoteFileInfo> GlobAsync(string pattern, CancellationToken cancellationToken = default) =>
        _core.GlobAsync(pattern, cancellationToken);

    /// <summary>Information about a file.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<RemoteFileInfo> GetFileInfoAsync(string path, CancellationToken cancellationToken = default) =>
        _core.GetFileInfoAsync(path, cancellationToken).AsTask();

    /// <summary>Information about a file; null when no file or folder exists at the path.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidPathException">The path is a folder.</exception>
    public Task<RemoteFileInfo?> FindFileInfoAsync(string path, CancellationToken cancellationToken = default) =>
        _core.FindFileInfoAsync(path, cancellationToken).AsTask();

    /// <summary>Number and total size of the files below a folder.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="maxDepth">How many folders deep to count: 0 for direct children; null for all.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<RemoteFolderInfo> GetFolderInfoAsync(
        string path = "",
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    ) => _core.GetFolderInfoAsync(path, maxDepth, cancellationToken).AsTask();

    /// <summary>Moves a file, with its metadata.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">The destination; its parent folders are created.</param>
    /// <param name="options">Overwriting and condition; null to fail when the destination exists.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _core.MoveAsync(source, destination, options, cancellationToken).AsTask();

    /// <summary>Copies a file, with its metadata.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">The destination; its parent folders are created.</param>
    /// <param name="options">Overwriting and condition; null to fail when the destination exists.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _core.CopyAsync(source, destination, options, cancellationToken).AsTask();

    /// <summary>Checks that the backend works; throws when it does not.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task CheckHealthAsync(CancellationToken cancellationToken = default) => _core.CheckHealthAsync(cancellationToken).AsTask();

    /// <summary>The backend's native name of a path. No I/O.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    public string NativePath(string path) => _core.NativePath(path);

    /// <summary>The store's path of a native name. No I/O.</summary>
    /// <param name="nativePath">The native name.</param>
    public string FromNativePath(string nativePath) => _core.ToPath(nativePath);

    /// <summary>Resolves a path. No I/O.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    public ResolvedPath Resolve(string path) => _core.Resolve(path);

    /// <summary>Closes the backend, unless the store leaves it open or is a child.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        if (!_leaveOpen)
            await Backend.CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same as <see cref="CloseAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>Stores are equal when they have the same root in the same backend object.</summary>
    /// <param name="other">The other store.</param>
    public bool Equals(AsyncStore? other) => other is not null && ReferenceEquals(Backend, other.Backend) && Root == other.Root;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AsyncStore);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Backend), Root);

    /// <summary>The backend's name and the root; never an option or a credential.</summary>
    public override string ToString() => $"AsyncStore({Backend.Name}:{Root})";
}
