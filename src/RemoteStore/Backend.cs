using System.Text;
using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// A file storage that is called synchronously: memory, a disk, SFTP, or an <see cref="AsyncBackend"/> behind its adapter. Safe for any
/// number of threads unless <see cref="Concurrency"/> says otherwise. The constructor does no I/O; close with <see cref="Close"/>.
/// </summary>
/// <remarks>
/// Keys are relative to the backend's root, separated by <c>/</c>; the empty key (or <c>.</c>) is the root, which exists by definition.
/// Failures are <see cref="RemoteStoreException"/>s. Calls block the calling thread. To write a provider, derive from
/// <see cref="Drivers.StorageDriver"/> and use <see cref="Drivers.DriverBackend"/>, which keeps the rules of the contract; derive from this
/// class for layers and transports, and forward every member.
/// </remarks>
public abstract class Backend : IDisposable
{
    /// <summary>The name that errors, logs and metrics show.</summary>
    public abstract string Name { get; }

    /// <summary>The capabilities of the backend. The set may shrink after the first contact with the backend; it never grows.</summary>
    public abstract CapabilitySet Capabilities { get; }

    /// <summary>How many calls may run concurrently; default any number.</summary>
    public virtual ConcurrencyModel Concurrency => ConcurrencyModel.ThreadSafe;

    /// <summary>The kind of entry at the key. Nothing exists below a file.</summary>
    /// <param name="key">The key.</param>
    public abstract EntryKind GetKind(string key);

    /// <summary>Opens a file. Failures are reported here, not at the first read.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    /// <returns>A stream that the caller disposes.</returns>
    public abstract RemoteReadStream Read(string key, ReadOptions? options = null);

    /// <summary>Reads a file, or a range of it, into memory.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    public abstract byte[] ReadBytes(string key, ReadOptions? options = null);

    /// <summary>Writes a file and creates its parent folders. A failure may leave a partial file.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">The bytes; a stream is read only after the preconditions have been checked.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    public abstract WriteResult Write(string key, WriteContent content, WriteOptions? options = null);

    /// <summary>Writes a file atomically: no reader sees a partial file, and a failure leaves the previous version.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">The bytes; a stream is read only after the preconditions have been checked.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    public abstract WriteResult WriteAtomic(string key, WriteContent content, WriteOptions? options = null);

    /// <summary>Opens an atomic write that is filled incrementally. Preconditions are checked now and again at the commit.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <returns>A writer that the caller disposes.</returns>
    public abstract AtomicWriter OpenAtomic(string key, WriteOptions? options = null);

    /// <summary>
    /// Resumes an atomic write whose writer was lost. The new writer adopts the staged bytes and gets a token of its own. Late writes by
    /// the previous writer, its disposal included, no longer affect them. Needs <see cref="Capability.ResumeStaging"/>.
    /// </summary>
    /// <param name="key">The key the lost writer was opened for.</param>
    /// <param name="point">Which write to resume, and from where.</param>
    /// <param name="options">The options of the lost writer.</param>
    /// <returns>A writer at <see cref="ResumePoint.Length"/> that the caller disposes.</returns>
    /// <exception cref="NotFoundException">The staged content does not exist, no longer exists, or is shorter.</exception>
    public virtual AtomicWriter ResumeAtomic(string key, ResumePoint point, WriteOptions? options = null) =>
        throw new CapabilityNotSupportedException(Capability.ResumeStaging, "The backend cannot resume an interrupted write.", key, Name);

    /// <summary>Commits a write that <see cref="AtomicWriter.Detach"/> has detached. The conditions are decided here.</summary>
    /// <param name="key">The key the writer was opened for.</param>
    /// <param name="token">The writer's token.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <exception cref="NotFoundException">The staged content does not exist or no longer exists.</exception>
    public abstract WriteResult CommitStaged(string key, string token, WriteOptions? options = null);

    /// <summary>Aborts a write that <see cref="AtomicWriter.Detach"/> has detached. Does nothing if it no longer exists.</summary>
    /// <param name="key">The key the writer was opened for.</param>
    /// <param name="token">The writer's token.</param>
    public abstract void AbortStaged(string key, string token);

    /// <summary>Deletes a file.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Tolerance and condition.</param>
    public abstract void Delete(string key, DeleteOptions? options = null);

    /// <summary>Deletes a folder.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Depth and tolerance.</param>
    public abstract void DeleteFolder(string key, DeleteFolderOptions? options = null);

    /// <summary>A part of a listing. A missing folder, and a file, list as empty.</summary>
    /// <param name="key">The folder.</param>
    /// <param name="options">What to list, and <see cref="ListOptions.PageSize"/>.</param>
    /// <param name="continuationToken">The token of the previous page, with the same key and options; null for the first page.</param>
    public abstract ListPage ListPage(string key, ListOptions? options = null, string? continuationToken = null);

    /// <summary>A whole listing, fetched while it is enumerated. It may fail at any step; entries yielded before remain valid.</summary>
    /// <param name="key">The folder.</param>
    /// <param name="options">What to list.</param>
    public virtual IEnumerable<RemoteEntry> List(string key, ListOptions? options = null)
    {
        string? next = null;
        do
        {
            var page = ListPage(key, options, next);
            foreach (var entry in page.Entries)
                yield return entry;
            next = page.ContinuationToken;
        } while (next is not null);
    }

    /// <summary>Information about a file.</summary>
    /// <param name="key">The key.</param>
    public abstract RemoteFileInfo GetFileInfo(string key);

    /// <summary>The file and the record of the operation that made it; null when no file exists or the backend keeps no records.</summary>
    internal virtual VersionRecord? FindRecord(string key, Guid operation) => null;

    /// <summary>Number and total size of the files below a folder.</summary>
    /// <param name="key">The folder.</param>
    /// <param name="maxDepth">How many folders deep to count: 0 for direct children; null for all.</param>
    public abstract RemoteFolderInfo GetFolderInfo(string key, int? maxDepth = null);

    /// <summary>Moves a file, with its metadata.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">Its new key; parent folders are created.</param>
    /// <param name="options">Overwriting and condition.</param>
    public abstract void Move(string source, string destination, MoveCopyOptions? options = null);

    /// <summary>Copies a file, with its metadata.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">The copy's key; parent folders are created.</param>
    /// <param name="options">Overwriting and condition.</param>
    public abstract void Copy(string source, string destination, MoveCopyOptions? options = null);

    /// <summary>Checks that the backend works, with its cheapest real request; read-only.</summary>
    public abstract void CheckHealth();

    /// <summary>The native name of a key. No I/O; never fails for a well-formed key.</summary>
    /// <param name="key">The key.</param>
    public abstract string NativePath(string key);

    /// <summary>The key of a native name; a foreign name is returned unchanged. No I/O.</summary>
    /// <param name="nativePath">The native name.</param>
    public abstract string ToKey(string nativePath);

    /// <summary>Resolves a key. No I/O.</summary>
    /// <param name="key">The key.</param>
    public abstract ResolvedPath Resolve(string key);

    /// <summary>The native client, connection or inner backend of the given type. The backend keeps ownership and disposes it.</summary>
    /// <typeparam name="T">The requested type.</typeparam>
    /// <exception cref="CapabilityNotSupportedException">The backend offers no object of that type.</exception>
    public virtual T Unwrap<T>()
        where T : class =>
        this as T
        ?? throw new CapabilityNotSupportedException(Capability.None, $"The backend does not offer a {typeof(T).Name}.", null, Name);

    /// <summary>Releases the backend's resources. May be called more than once.</summary>
    public abstract void Close();

    /// <summary>Whether a file or folder exists at the key.</summary>
    /// <param name="key">The key.</param>
    public bool Exists(string key) => GetKind(key) != EntryKind.None;

    /// <summary>Whether a file exists at the key.</summary>
    /// <param name="key">The key.</param>
    public bool IsFile(string key) => GetKind(key) == EntryKind.File;

    /// <summary>Whether a folder exists at the key.</summary>
    /// <param name="key">The key.</param>
    public bool IsFolder(string key) => GetKind(key) == EntryKind.Folder;

    /// <summary>Opens a file for random access. Each seek requests a new range, always of the version first opened.</summary>
    /// <param name="key">The key.</param>
    /// <returns>A seekable stream that the caller disposes.</returns>
    public RemoteReadStream ReadSeekable(string key) => Completed.Result(new InlineBackend(this).ReadSeekableAsync(key));

    /// <summary>Reads a file as text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="encoding">The encoding; default UTF-8. A byte-order mark is kept as text only if the encoding keeps it.</param>
    /// <exception cref="DecoderFallbackException">The bytes are not valid in that encoding.</exception>
    public string ReadText(string key, Encoding? encoding = null) => (encoding ?? TextEncoding.Default).GetString(ReadBytes(key, null));

    /// <summary>Writes text as a file.</summary>
    /// <param name="key">The key.</param>
    /// <param name="text">The text.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="encoding">The encoding; default UTF-8 without a byte-order mark.</param>
    public WriteResult WriteText(string key, string text, WriteOptions? options = null, Encoding? encoding = null) =>
        Write(key, WriteContent.FromText(text, encoding), options);

    /// <summary>The files in a folder.</summary>
    /// <param name="key">The folder.</param>
    /// <param name="options">What to list; <see cref="ListOptions.Kinds"/> is ignored.</param>
    public IEnumerable<RemoteFileInfo> ListFiles(string key, ListOptions? options = null) =>
        List(key, (options ?? ListOptions.Default) with { Kinds = ListKinds.Files }).Cast<RemoteFileInfo>();

    /// <summary>The folders in a folder.</summary>
    /// <param name="key">The folder.</param>
    /// <param name="options">What to list; <see cref="ListOptions.Kinds"/> is ignored.</param>
    public IEnumerable<RemoteFolderEntry> ListFolders(string key, ListOptions? options = null) =>
        List(key, (options ?? ListOptions.Default) with { Kinds = ListKinds.Folders }).Cast<RemoteFolderEntry>();

    /// <summary>The files whose whole key matches a pattern, see <see cref="GlobPattern"/>.</summary>
    /// <param name="pattern">The pattern.</param>
    public IEnumerable<RemoteFileInfo> Glob(string pattern) => GlobPattern.Parse(pattern).Enumerate(this);

    /// <summary>Closes the backend.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>The type and the name; never an option or a credential.</summary>
    public override string ToString() => $"{GetType().Name}({Name})";
}
