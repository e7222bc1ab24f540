using System.Text;
using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// Anything that holds files and is called synchronously: memory, a disk, SFTP, or an <see cref="AsyncBackend"/> behind its bridge. Safe
/// for any number of threads unless <see cref="Concurrency"/> says otherwise. Construct without I/O; close with <see cref="Close"/>.
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

    /// <summary>What the backend can do. May become smaller when the backend learns more, never larger.</summary>
    public abstract CapabilitySet Capabilities { get; }

    /// <summary>How many calls may run at once; default any number.</summary>
    public virtual ConcurrencyModel Concurrency => ConcurrencyModel.ThreadSafe;

    /// <summary>What exists at the key. Under a file as ancestor: nothing.</summary>
    /// <param name="key">The key.</param>
    public abstract EntryKind GetKind(string key);

    /// <summary>Opens a file. What can fail, fails here and not at the first read.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    /// <returns>A stream that the caller disposes.</returns>
    public abstract RemoteReadStream Read(string key, ReadOptions? options = null);

    /// <summary>Reads a file, or a range of it, into memory.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    public abstract byte[] ReadBytes(string key, ReadOptions? options = null);

    /// <summary>Writes a file and creates the folders above it. A failure may leave a part of the file.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">The bytes; a stream is consumed only after all that can be checked first has been.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    public abstract WriteResult Write(string key, WriteContent content, WriteOptions? options = null);

    /// <summary>Writes a file so that nobody ever sees a part of it; a failure leaves what was there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">The bytes; a stream is consumed only after all that can be checked first has been.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    public abstract WriteResult WriteAtomic(string key, WriteContent content, WriteOptions? options = null);

    /// <summary>Opens an atomic write that is filled step by step. Preconditions are checked now and again at the commit.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <returns>A writer that the caller disposes.</returns>
    public abstract AtomicWriter OpenAtomic(string key, WriteOptions? options = null);

    /// <summary>
    /// Opens an atomic write again whose writer was lost. The new writer takes the staged bytes over and has a token of its own; what the
    /// lost one still does, its disposal included, does not reach them any longer. Needs <see cref="Capability.ResumeStaging"/>.
    /// </summary>
    /// <param name="key">The key the lost writer was opened for.</param>
    /// <param name="point">Which write, and where it resumes.</param>
    /// <param name="options">The options of the lost writer.</param>
    /// <returns>A writer at <see cref="ResumePoint.Length"/> that the caller disposes.</returns>
    /// <exception cref="NotFoundException">There is no such staged content (any longer), or less of it.</exception>
    public virtual AtomicWriter ResumeAtomic(string key, ResumePoint point, WriteOptions? options = null) =>
        throw new CapabilityNotSupportedException(Capability.ResumeStaging, "The backend cannot resume a lost write.", key, Name);

    /// <summary>Commits what <see cref="AtomicWriter.Detach"/> left behind. The conditions are decided here.</summary>
    /// <param name="key">The key the writer was opened for.</param>
    /// <param name="token">The writer's token.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <exception cref="NotFoundException">There is no such staged content (any longer).</exception>
    public abstract WriteResult CommitStaged(string key, string token, WriteOptions? options = null);

    /// <summary>Drops what <see cref="AtomicWriter.Detach"/> left behind. Nothing happens when it is gone already.</summary>
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
    /// <param name="continuationToken">From the page before, with the same key and options; null for the first page.</param>
    public abstract ListPage ListPage(string key, ListOptions? options = null, string? continuationToken = null);

    /// <summary>
    /// A whole listing, fetched while it is enumerated: it may fail at any step, and what was yielded before remains valid.
    /// </summary>
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

    /// <summary>What is known of a file.</summary>
    /// <param name="key">The key.</param>
    public abstract RemoteFileInfo GetFileInfo(string key);

    /// <summary>
    /// The file and what is recorded of the operation that made it; null when nothing is there, or the backend records nothing.
    /// </summary>
    internal virtual VersionRecord? FindRecord(string key, Guid operation) => null;

    /// <summary>The sum of what lies below a folder.</summary>
    /// <param name="key">The folder.</param>
    /// <param name="maxDepth">How many folders deep to count: 0 for direct children; null for all.</param>
    public abstract RemoteFolderInfo GetFolderInfo(string key, int? maxDepth = null);

    /// <summary>Moves a file, with its metadata.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">Its new key; the folders above it are created.</param>
    /// <param name="options">Overwriting and condition.</param>
    public abstract void Move(string source, string destination, MoveCopyOptions? options = null);

    /// <summary>Copies a file, with its metadata.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">The copy's key; the folders above it are created.</param>
    /// <param name="options">Overwriting and condition.</param>
    public abstract void Copy(string source, string destination, MoveCopyOptions? options = null);

    /// <summary>Asks the backend itself whether it works; the cheapest real request, read-only.</summary>
    public abstract void CheckHealth();

    /// <summary>The backend's own name of a key. Pure: no I/O, never fails for a well-formed key.</summary>
    /// <param name="key">The key.</param>
    public abstract string NativePath(string key);

    /// <summary>The key of a native name; a foreign name comes back unchanged. Pure.</summary>
    /// <param name="nativePath">The backend's own name.</param>
    public abstract string ToKey(string nativePath);

    /// <summary>Where a key leads. Pure.</summary>
    /// <param name="key">The key.</param>
    public abstract ResolvedPath Resolve(string key);

    /// <summary>The native client, connection or inner backend of the given type. It stays the backend's to dispose.</summary>
    /// <typeparam name="T">The type asked for.</typeparam>
    /// <exception cref="CapabilityNotSupportedException">The backend has none of that type.</exception>
    public virtual T Unwrap<T>()
        where T : class =>
        this as T
        ?? throw new CapabilityNotSupportedException(Capability.None, $"The backend does not offer a {typeof(T).Name}.", null, Name);

    /// <summary>Releases what the backend holds. May be called more than once.</summary>
    public abstract void Close();

    /// <summary>Whether something exists at the key.</summary>
    /// <param name="key">The key.</param>
    public bool Exists(string key) => GetKind(key) != EntryKind.None;

    /// <summary>Whether a file exists at the key.</summary>
    /// <param name="key">The key.</param>
    public bool IsFile(string key) => GetKind(key) == EntryKind.File;

    /// <summary>Whether a folder exists at the key.</summary>
    /// <param name="key">The key.</param>
    public bool IsFolder(string key) => GetKind(key) == EntryKind.Folder;

    /// <summary>Opens a file for random access. Each jump asks for a new range, always of the version first opened.</summary>
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
