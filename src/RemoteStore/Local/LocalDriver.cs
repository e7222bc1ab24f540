using RemoteStore.Drivers;

namespace RemoteStore.Local;

/// <summary>A folder of a local disk. Every call completes before it returns; atomic decisions are made by the file system.</summary>
internal sealed partial class LocalDriver : StorageDriver
{
    private static readonly CapabilitySet Unfenced = CapabilitySet.All.Without(
        Capability.Conditional | Capability.UserMetadata | Capability.ContentType
    );
    private readonly LocalBackendOptions _options;
    private readonly LocalRoot _root;
    private readonly Lazy<LocalFiles> _files;
    private readonly Lazy<LocalFence?> _fence;
    private readonly WriteClock _clock;
    private readonly LocalNames _names;

    internal LocalDriver(
        LocalBackendOptions options,
        Func<LocalRoot, LocalFiles> files,
        TimeProvider clock,
        Durability durability,
        LocalNames names
    )
    {
        (_options, _names) = (options, names);
        _root = new LocalRoot(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Root)), options.CreateRoot, durability)
        {
            Modes = new NewModes(OctalMode.Parse(options.FileMode), OctalMode.Parse(options.FolderMode)),
        };
        _files = new Lazy<LocalFiles>(() => files(_root));
        _fence = new Lazy<LocalFence?>(() => options.Fence == LocalFenceMode.None ? null : new LocalFence(_files.Value));
        _clock = new WriteClock(clock);
        Capabilities =
            options.Fence == LocalFenceMode.None ? Unfenced : Unfenced.With(Capability.Conditional).Without(Capability.AtomicMove);
    }

    public override string Kind => "local";

    public override string Name => _options.Name;

    public override CapabilitySet Capabilities { get; }

    internal bool IsContained => Files.IsContained;

    internal bool? IsDurable => _root.Durability.IsDurable;

    /// <summary>Whether the last write could record its operation; null before the first.</summary>
    internal bool? RecordsOperations { get; private set; }

    private LocalFiles Files => _files.Value;

    private LocalFence? Fence => _fence.Value;

    public override ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken) =>
        new(Look(key) is { } stat ? EntryOf(key, stat) : null);

    internal override ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var (handle, stat) = OpenSettled(key);
            using (handle)
            {
                return new(stat.IsFile ? RecordOf(key, stat, OperationMark.Read(handle, key), operation) : null);
            }
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Open) is NotFoundException)
        {
            return default;
        }
    }

    public override ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (handle, stat) = OpenSettled(key);
        try
        {
            CheckIsFile(stat.Kind, key);
            var info = stat.ToInfo(key);
            if (Conditions.Failure(info, options.IfMatch, key, Name) is { } failure)
                throw failure;
            var range = options.Range ?? default;
            return new(new DriverRead(info, new LocalReadStream(handle, range.Offset, range.CountOf(info.Size))));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public override ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var folder = Files.OpenFolder("", _options.CreateRoot) ?? throw new NotFoundException("The root folder is absent.");
        folder.Read(null, 1);
        _names.Check(folder);
        if (IsDurable is null)
            folder.Sync();
        return default;
    }

    public override RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key) =>
        LocalErrors.Classify(exception, operation);

    public override string NativePath(string key)
    {
        var native = Path.DirectorySeparatorChar == '/' ? key : key.Replace('/', Path.DirectorySeparatorChar);
        return key.Length == 0 ? _root.Path
            : Path.EndsInDirectorySeparator(_root.Path) ? _root.Path + native
            : _root.Path + Path.DirectorySeparatorChar + native;
    }

    public override string ToKey(string nativePath)
    {
        if (Path.TrimEndingDirectorySeparator(nativePath) == _root.Path)
            return "";
        var start = Path.EndsInDirectorySeparator(_root.Path) ? _root.Path : _root.Path + Path.DirectorySeparatorChar;
        if (!nativePath.StartsWith(start, StringComparison.Ordinal))
            return nativePath;
        var key =
            Path.DirectorySeparatorChar == '/'
                ? nativePath[start.Length..]
                : nativePath[start.Length..].Replace(Path.DirectorySeparatorChar, '/');
        return PathRules.Canonicalize(key, foldBackslash: false, out var canonical) is null ? canonical : nativePath;
    }

    public override T? Unwrap<T>()
        where T : class => this as T ?? (_files.IsValueCreated ? Files as T : null);

    public override ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_files.IsValueCreated)
            Files.Dispose();
        return default;
    }

    /// <summary>Opens a folder to create a name in it; creates missing parent folders.</summary>
    private LocalFolder OpenToChange(string folder)
    {
        if (!_names.IsKnown)
        {
            using var root = Files.OpenFolder("", create: true)!;
            _names.Check(root);
        }

        return Files.OpenFolder(folder, create: true)!;
    }

    private static DriverEntry? EntryOf(string key, LocalStat stat) =>
        stat.Kind switch
        {
            LocalKind.File => new DriverEntry(stat.ToInfo(key)),
            LocalKind.Folder => new DriverEntry(new RemoteFolderEntry(key)),
            _ => null,
        };

    private static VersionRecord RecordOf(string key, LocalStat stat, OperationMark? mark, Guid operation) =>
        new(
            stat.ToInfo(key),
            mark?.Find(operation, stat)?.ToInfo(key),
            mark is null ? null : NativeTime.Of(mark.Since == OperationMark.Never ? stat.ModifiedTicks : mark.Since)
        )
        {
            Replaced = [.. mark?.Past.Select(p => p.Version.ETag) ?? []],
        };

    private void CheckIsFile(LocalKind kind, string key)
    {
        if (kind == LocalKind.Folder)
            throw StorageErrors.IsFolder(key, Name);
        if (kind == LocalKind.Special)
            throw new InvalidPathException("The path is a pipe, socket or device; a file was expected.", key, Name);
    }

    /// <summary>The folder above a key, for changing its names.</summary>
    private LocalFolder ParentOf(string key) =>
        Files.OpenFolder(LocalKeys.ParentOf(key), create: false) ?? throw StorageErrors.NotFound(key, Name);
}
