using System.Buffers;

namespace RemoteStore.Ownership;

/// <summary>
/// The single owner of one path of a store: one commit at a time, conditions decided together with the commit, and reads and metadata
/// concurrently with it. Safe for any number of callers; holds no thread and no connection.
/// </summary>
/// <remarks>
/// It adds <see cref="Capability.CreateOnly"/> and <see cref="Capability.Conditional"/> to a backend that lacks them, as long as every
/// writer uses the same owner. With two owners of one path (a frozen process that resumes), a backend with native conditions rejects the
/// stale one: every commit is sent under a condition, see <see cref="IsFenced"/>. On another backend the late one wins, unless the deadline
/// of the call has passed (<see cref="PathOperation.Deadline"/>). Calls with an operation id are executed once, however often they are
/// retried.
/// </remarks>
internal sealed partial class PathOwner : IDisposable
{
    private readonly AsyncBackend _backend;
    private readonly TimeProvider _clock;
    private readonly PathFacts _facts;
    private readonly bool _shared;
    private readonly TimeSpan _maxHold;

    // Created on demand: a silo has an owner for every path that was used within the last minute.
    private CommitLock? _madeTurn;
    private IdempotencyCache? _madeAnswers;

    /// <summary>Creates the owner; no I/O happens.</summary>
    /// <param name="backend">The backend of the file; the caller keeps ownership.</param>
    /// <param name="key">The canonical key.</param>
    /// <param name="options">Cache limits; null for the defaults.</param>
    /// <param name="clock">The clock of leases; null for the system's.</param>
    /// <exception cref="InvalidPathException">The key is malformed or the root.</exception>
    public PathOwner(AsyncBackend backend, string key, PathOwnerOptions? options = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        _backend = backend;
        _clock = clock ?? TimeProvider.System;
        _shared = options?.ExternalWriters == true;
        _maxHold = (options ?? PathOwnerOptions.Default).MaxHold;
        Key = KernelKeys.File(key, backend.Name);
        _facts = new PathFacts(options ?? PathOwnerOptions.Default, _clock);
    }

    /// <summary>The canonical key.</summary>
    public string Key { get; }

    /// <summary>The version that is known without a request to the backend; null for none.</summary>
    internal string? KnownVersion => _facts.Get().Info?.ETag;

    private CommitLock Turn => LazyInitializer.EnsureInitialized(ref _madeTurn, static () => new CommitLock());

    /// <summary>
    /// The capabilities of a store whose paths all have owners: those of the backend, and conditions wherever files have facts to compare.
    /// </summary>
    /// <param name="backend">The backend's own capabilities.</param>
    public static CapabilitySet Uplift(CapabilitySet backend) =>
        backend.Supports(Capability.Metadata) ? backend.With(CommitConditions.Uplifted) : backend;

    /// <summary>
    /// Whether commits over this backend are fenced: it decides conditions together with the commit, so an owner that was frozen and
    /// replaced is rejected when it resumes.
    /// </summary>
    /// <param name="backend">The backend's own capabilities.</param>
    public static bool IsFenced(CapabilitySet backend) => CommitConditions.AreFenced(backend);

    /// <summary>
    /// The options of a move or copy by the holder of both leases: only the version of the source that was read, and only over the version
    /// of the destination that was read, so that a holder that was frozen and replaced is rejected when it resumes. Where the backend is
    /// not fenced, without conditions that it cannot decide.
    /// </summary>
    /// <param name="backend">The backend of the files.</param>
    /// <param name="source">The key of the file.</param>
    /// <param name="destination">The destination key.</param>
    /// <param name="options">The caller's options.</param>
    /// <param name="cancellationToken">Cancels the lookups of both files.</param>
    public static ValueTask<MoveCopyOptions> FenceAsync(
        AsyncBackend backend,
        string source,
        string destination,
        MoveCopyOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(options);
        return CommitConditions.FencedAsync(backend, source, destination, options, cancellationToken);
    }

    /// <summary>The kind of entry at the path.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async ValueTask<EntryKind> GetKindAsync(CancellationToken cancellationToken = default) =>
        _facts.Get().Info is not null ? EntryKind.File : await _backend.GetKindAsync(Key, cancellationToken).ConfigureAwait(false);

    /// <summary>Information about the file.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async ValueTask<RemoteFileInfo> GetFileInfoAsync(CancellationToken cancellationToken = default)
    {
        if (_facts.Get().Info is { } known)
            return known;
        var version = _facts.Version;
        var info = await _backend.GetFileInfoAsync(Key, cancellationToken).ConfigureAwait(false);
        _facts.Keep(version, info, null);
        return info;
    }

    /// <summary>
    /// Reads the file if the requested bytes are at most <paramref name="limit"/>; else returns only the current version.
    /// </summary>
    /// <param name="options">Range and condition; null for the whole current file.</param>
    /// <param name="limit">The maximum number of bytes to return.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public ValueTask<PathRead> ReadAsync(ReadOptions? options, int limit, CancellationToken cancellationToken = default)
    {
        options = OptionChecks.Read(options, _backend.Capabilities, Key, _backend.Name);
        var (info, content) = _facts.Get();
        return info is not null && content is not null
            ? new ValueTask<PathRead>(PathRead.Of(info, content, options, limit, _backend.Name))
            : FetchAsync(options, limit, cancellationToken);
    }

    /// <summary>Reads the whole file as <see cref="ReadAsync"/> does, unless the caller already has the current version.</summary>
    /// <param name="known">The ETag of the caller's version.</param>
    /// <param name="limit">The maximum number of bytes to return.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Null when that version is still current.</returns>
    public async ValueTask<PathRead?> ReadIfChangedAsync(string known, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(known);
        if (
            _backend.Capabilities.Supports(Capability.Metadata)
            && (await GetFileInfoAsync(cancellationToken).ConfigureAwait(false)).ETag == known
        )
            return null;
        return await ReadAsync(null, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Clears the cache: the next answer comes from the backend. For a moment in which another owner may have changed the file.
    /// </summary>
    public void Forget() => _facts.Forget();

    /// <summary>Releases the cached memory and caches nothing from now on. Running calls continue.</summary>
    public void Dispose() => _facts.BeginMutation();

    private async ValueTask<PathRead> FetchAsync(ReadOptions options, int limit, CancellationToken cancellationToken)
    {
        var version = _facts.Version;
        var stream = await _backend.ReadAsync(Key, options, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var count = options.Range?.CountOf(stream.Info.Size) ?? stream.Info.Size;
            if (count > limit)
            {
                _facts.Keep(version, stream.Info, null);
                return new PathRead(stream.Info, null, null);
            }

            return count == stream.Info.Size && count <= _facts.ContentLimit
                ? await KeepAsync(stream, version, (int)count, cancellationToken).ConfigureAwait(false)
                : await RentAsync(stream, (int)count, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<PathRead> KeepAsync(
        RemoteReadStream stream,
        (long Number, long At) version,
        int count,
        CancellationToken cancellationToken
    )
    {
        var content = GC.AllocateUninitializedArray<byte>(count);
        await stream.ReadExactlyOrThrowAsync(content, cancellationToken).ConfigureAwait(false);
        _facts.Keep(version, stream.Info, content);
        return new PathRead(stream.Info, content, null);
    }

    private static async ValueTask<PathRead> RentAsync(RemoteReadStream stream, int count, CancellationToken cancellationToken)
    {
        // Not returned to the pool when the read fails: a cancelled backend may still be writing into it.
        var rented = ArrayPool<byte>.Shared.Rent(count);
        await stream.ReadExactlyOrThrowAsync(rented.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        return new PathRead(stream.Info, rented.AsMemory(0, count), rented);
    }
}
