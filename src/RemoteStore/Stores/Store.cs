using System.Runtime.CompilerServices;
using System.Text;

namespace RemoteStore;

/// <summary>
/// Files below one root of a backend, for synchronous code: calls block the calling thread. Safe for any number of threads. Paths are
/// <see cref="RemotePath"/> texts relative to the store's root, also in the errors (<see cref="RemoteStoreException"/>).
/// </summary>
public sealed class Store : IDisposable, IEquatable<Store>
{
    private readonly StoreCore _core;
    private readonly bool _leaveOpen;

    /// <summary>Creates a store; no I/O happens.</summary>
    /// <param name="backend">The backend that holds the files.</param>
    /// <param name="root">The folder that is the store's root; empty for the whole backend.</param>
    /// <param name="leaveOpen">Whether closing the store leaves the backend open; default false.</param>
    public Store(Backend backend, string root = "", bool leaveOpen = false)
        : this(
            backend,
            new StoreCore(new InlineBackend(Checked(backend)), root.Length == 0 ? RemotePath.Root : RemotePath.Parse(root)),
            leaveOpen
        ) { }

    private Store(Backend backend, StoreCore core, bool leaveOpen)
    {
        Backend = backend;
        _core = core;
        _leaveOpen = leaveOpen;
    }

    /// <summary>The backend of the store.</summary>
    public Backend Backend { get; }

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
    public Store Child(string path) => new(Backend, _core.Child(path), leaveOpen: true);

    /// <summary>Reads a file as text.</summary>
    /// <param name="path">The path.</param>
    /// <param name="encoding">The encoding; default UTF-8.</param>
    /// <exception cref="DecoderFallbackException">The bytes are not valid in that encoding.</exception>
    public string ReadText(string path, Encoding? encoding = null) => (encoding ?? TextEncoding.Default).GetString(ReadBytes(path));

    /// <summary>Opens an atomic write that is filled incrementally; disposing it without a commit leaves the target untouched.</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    public AtomicWriter OpenAtomic(string path, WriteOptions? options = null)
    {
        options = _core.CheckOpenAtomic(path, options);
        var args = (Backend, Key: _core.Scope.FileKey(path), options);
        var writer = Completed.Result(
            _core.RunAsync(
                Operations.OpenAtomic,
                path,
                args,
                static (_, a, _) => new ValueTask<AtomicWriter>(a.Backend.OpenAtomic(a.Key, a.options)),
                static _ => 0,
                default
            )
        );
        return _core.Scope.IsWhole ? writer : new RebasedWriter(writer, _core.Scope);
    }

    /// <summary>Whether a file or folder exists at the path.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    public bool Exists(string path) => Completed.Result(_core.GetKindAsync(path, default)) != EntryKind.None;

    /// <summary>Whether a file exists at the path.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    public bool IsFile(string path) => Completed.Result(_core.GetKindAsync(path, default)) == EntryKind.File;

    /// <summary>Whether a folder exists at the path.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    public bool IsFolder(string path) => Completed.Result(_core.GetKindAsync(path, default)) == EntryKind.Folder;

    /// <summary>Opens a file. Failures are reported here, not at the first read. The caller disposes the stream.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    public RemoteReadStream Read(string path, ReadOptions? options = null) => Completed.Result(_core.ReadAsync(path, options, default));

    /// <summary>Opens a file for random access; every seek reads the version first opened. The caller disposes the stream.</summary>
    /// <param name="path">The path; never the root.</param>
    public RemoteReadStream ReadSeekable(string path) => Completed.Result(_core.ReadSeekableAsync(path, default));

    /// <summary>Reads a file, or a range of it, into memory.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    public byte[] ReadBytes(string path, ReadOptions? options = null) => Completed.Result(_core.ReadBytesAsync(path, options, default));

    /// <summary>Writes a file and creates its parent folders. A failure may leave a partial file, depending on the backend.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="content">The bytes, or a stream that is read from its position to its end and is not disposed.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    public WriteResult Write(string path, WriteContent content, WriteOptions? options = null) =>
        Completed.Result(_core.WriteAsync(path, content, options, atomic: false, default));

    /// <summary>Writes text as a file.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="text">The text.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="encoding">The encoding; default UTF-8.</param>
    public WriteResult WriteText(string path, string text, WriteOptions? options = null, Encoding? encoding = null) =>
        Completed.Result(_core.WriteAsync(path, WriteContent.FromText(text, encoding), options, atomic: false, default));

    /// <summary>Writes a file atomically: no reader sees a partial file, and a failure leaves the previous version.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="content">The bytes, or a stream that is read from its position to its end and is not disposed.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    public WriteResult WriteAtomic(string path, WriteContent content, WriteOptions? options = null) =>
        Completed.Result(_core.WriteAsync(path, content, options, atomic: true, default));

    /// <summary>Commits the staged content of a detached writer.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="token">The token of a detached writer.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    public WriteResult CommitStaged(string path, string token, WriteOptions? options = null) =>
        Completed.Result(_core.CommitStagedAsync(path, token, options, default));

    /// <summary>Removes the staged content of a detached writer.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="token">The token of a detached writer.</param>
    public void AbortStaged(string path, string token) => Completed.Wait(_core.AbortStagedAsync(path, token, default));

    /// <summary>Deletes a file.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="options">Tolerance and condition; null to fail when it is missing.</param>
    public void Delete(string path, DeleteOptions? options = null) => Completed.Wait(_core.DeleteAsync(path, options, default));

    /// <summary>Deletes a folder.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <param name="options">Depth and tolerance; null for an empty folder that exists.</param>
    public void DeleteFolder(string path, DeleteFolderOptions? options = null) =>
        Completed.Wait(_core.DeleteFolderAsync(path, options, default));

    /// <summary>A part of a listing, with a token for the next part.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="options">What to list; null for the direct children.</param>
    /// <param name="continuationToken">The token of the previous page; null for the first.</param>
    public ListPage ListPage(string path = "", ListOptions? options = null, string? continuationToken = null) =>
        Completed.Result(_core.ListPageAsync(path, options, continuationToken, default));

    /// <summary>Files and folders, fetched while they are enumerated.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="options">What to list; null for the direct children.</param>
    public IEnumerable<RemoteEntry> List(string path = "", ListOptions? options = null) =>
        Completed.Enumerate(_core.ListAsync(path, options, default));

    /// <summary>Files, fetched while they are enumerated.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="options">What to list; null for the direct children.</param>
    public IEnumerable<RemoteFileInfo> ListFiles(string path = "", ListOptions? options = null) =>
        Completed.Enumerate(_core.ListAsync<RemoteFileInfo>(path, options, ListKinds.Files, default));

    /// <summary>Folders, fetched while they are enumerated.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="options">What to list; null for the direct children.</param>
    public IEnumerable<RemoteFolderEntry> ListFolders(string path = "", ListOptions? options = null) =>
        Completed.Enumerate(_core.ListAsync<RemoteFolderEntry>(path, options, ListKinds.Folders, default));

    /// <summary>The files whose path matches a pattern.</summary>
    /// <param name="pattern">The pattern, see <see cref="GlobPattern"/>.</param>
    public IEnumerable<RemoteFileInfo> Glob(string pattern) => Completed.Enumerate(_core.GlobAsync(pattern, default));

    /// <summary>Information about a file.</summary>
    /// <param name="path">The path; never the root.</param>
    public RemoteFileInfo GetFileInfo(string path) => Completed.Result(_core.GetFileInfoAsync(path, default));

    /// <summary>Information about a file; null when no file or folder exists at the path.</summary>
    /// <param name="path">The path; never the root.</param>
    /// <exception cref="InvalidPathException">The path is a folder.</exception>
    public RemoteFileInfo? FindFileInfo(string path) => Completed.Result(_core.FindFileInfoAsync(path, default));

    /// <summary>Number and total size of the files below a folder.</summary>
    /// <param name="path">The path; empty or <c>.</c> for the root.</param>
    /// <param name="maxDepth">How many folders deep to count: 0 for direct children; null for all.</param>
    public RemoteFolderInfo GetFolderInfo(string path = "", int? maxDepth = null) =>
        Completed.Result(_core.GetFolderInfoAsync(path, maxDepth, default));

    /// <summary>Moves a file, with its metadata.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">The destination; its parent folders are created.</param>
    /// <param name="options">Overwriting and condition; null to fail when the destination exists.</param>
    public void Move(string source, string destination, MoveCopyOptions? options = null) =>
        Completed.Wait(_core.MoveAsync(source, destination, options, default));

    /// <summary>Copies a file, with its metadata.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">The destination; its parent folders are created.</param>
    /// <param name="options">Overwriting and condition; null to fail when the destination exists.</param>
    public void Copy(string source, string destination, MoveCopyOptions? options = null) =>
        Completed.Wait(_core.CopyAsync(source, destination, options, default));

    /// <summary>Checks that the backend works; throws when it does not.</summary>
    public void CheckHealth() => Completed.Wait(_core.CheckHealthAsync(default));

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
    public void Close()
    {
        if (!_leaveOpen)
            Backend.Close();
    }

    /// <summary>The same as <see cref="Close"/>.</summary>
    public void Dispose() => Close();

    private static Backend Checked(Backend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return backend;
    }

    /// <summary>Stores are equal when they have the same root in the same backend object.</summary>
    /// <param name="other">The other store.</param>
    public bool Equals(Store? other) => other is not null && ReferenceEquals(Backend, other.Backend) && Root == other.Root;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Store);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Backend), Root);

    /// <summary>The backend's name and the root; never an option or a credential.</summary>
    public override string ToString() => $"Store({Backend.Name}:{Root})";
}
