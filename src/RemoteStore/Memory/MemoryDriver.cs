using System.Collections.Concurrent;
using System.Globalization;
using RemoteStore.Drivers;

namespace RemoteStore.Memory;

/// <summary>
/// A tree in memory under one lock. Every call completes before it returns; content is immutable, so readers copy nothing and hold no lock.
/// </summary>
internal sealed partial class MemoryDriver(TimeProvider clock, string name, TimeSpan stagingGrace) : StorageDriver
{
    private readonly Lock _lock = new();
    private readonly MemoryFolder _root = new("");
    private readonly ConcurrentDictionary<string, FinishedStaging> _staged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Staged> _unfinished = new(StringComparer.Ordinal);
    private long _version;

    public override string Kind => "memory";

    public override string Name => name;

    public override CapabilitySet Capabilities { get; } = CapabilitySet.All;

    public override ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new ValueTask<DriverEntry?>(Find(key) is { } node ? EntryOf(key, node) : null);
    }

    internal override ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new ValueTask<VersionRecord?>(
                Find(key) is MemoryFile file
                    ? new VersionRecord(file.Info, file.Operation == operation ? file.Info : null, file.Since)
                    : null
            );
        }
    }

    public override ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        var file = FileAt(key);
        if (Conditions.Failure(file.Info, options.IfMatch, key, name) is { } failure)
            throw failure;
        var range = options.Range ?? default;
        return new ValueTask<DriverRead>(
            new DriverRead(
                file.Info,
                new MemoryReadStream(file.Content, Math.Min(range.Offset, file.Content.Length), range.CountOf(file.Content.Length))
            )
        );
    }

    public override ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
            CheckParents(key);
        DropStaleIfDue();
        return new ValueTask<StagedWrite>(new Staged(this));
    }

    public override ValueTask<StagedWrite> ResumeStagedAsync(
        string key,
        ResumePoint point,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        if (Take(point) is not { } content)
            throw StorageErrors.NotStaged(key, name);
        var staged = new Staged(this);
        content.ShowBlocks(
            point.Length,
            bytes =>
            {
                point.Kept?.Invoke(bytes);
                staged.Append(bytes);
            }
        );
        return new ValueTask<StagedWrite>(staged);
    }

    public override ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        if (!_staged.TryGetValue(token, out var staged))
            throw StorageErrors.NotStaged(key, name);
        var info = Commit(key, staged.Content, options);
        _staged.TryRemove(token, out _);
        return new ValueTask<RemoteFileInfo>(info);
    }

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken)
    {
        _staged.TryRemove(token, out _);
        return default;
    }

    public override ValueTask<RemoteFileInfo?> PutAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        CancellationToken cancellationToken
    ) => new(Commit(key, MemoryContent.Copy(bytes.Span), options));

    public override ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var file = FindFile(key);
            if (Conditions.Failure(file.Info, ifMatch, key, name) is { } failure)
                throw failure;
            ParentOf(key)!.Remove(file.Name);
        }

        return default;
    }

    public override ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Find(key) is not MemoryFolder folder)
                throw new NotFoundException("The folder no longer exists.", key, name);
            if (folder.Count > 0)
                throw new FolderNotEmptyException("The folder is not empty.", key, name);
            ParentOf(key)!.Remove(folder.Name);
        }

        return default;
    }

    public override ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            if (Find(folder) is not MemoryFolder node)
                return new ValueTask<DriverPage>(DriverPage.Empty);
            var entries = node.After(cursor).Take(limit).Select(n => EntryOf(Join(folder, n.Name), n) with { Cursor = n.Name }).ToArray();
            return new ValueTask<DriverPage>(new DriverPage(entries, entries.Length < limit ? null : entries[^1].Cursor));
        }
    }

    public override ValueTask MoveAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var file = Checked(source, destination, options);
            Place(destination, file.Info with { Path = destination }, file.Content, options.OperationId);
            ParentOf(source)!.Remove(file.Name);
        }

        return default;
    }

    public override ValueTask CopyAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var file = Checked(source, destination, options);
            Place(
                destination,
                file.Info with
                {
                    Path = destination,
                    LastModified = clock.GetUtcNow(),
                    ETag = NextETag(),
                },
                file.Content,
                options.OperationId
            );
        }

        return default;
    }

    public override ValueTask ProbeAsync(CancellationToken cancellationToken) => default;

    public override RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key) =>
        exception is OutOfMemoryException ? new RemoteStoreException("Not enough memory for the content.", key, name, exception) : null;

    public override string NativePath(string key) => key;

    public override string ToKey(string nativePath) => nativePath;

    private static string Join(string folder, string child) => folder.Length == 0 ? child : $"{folder}/{child}";

    private static string NameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    private static DriverEntry EntryOf(string key, MemoryNode node) =>
        new(node is MemoryFile file ? file.Info : new RemoteFolderEntry(key));

    private RemoteFileInfo Commit(string key, MemoryContent content, WriteOptions options)
    {
        lock (_lock)
        {
            CheckTarget(key, options);
            var info = new RemoteFileInfo(key, content.Length)
            {
                LastModified = clock.GetUtcNow(),
                ETag = NextETag(),
                ContentType = options.ContentType,
                Metadata = UserMetadata.From(options.Metadata),
            };
            return Place(key, info, content, options.OperationId);
        }
    }

    private MemoryContent? Take(ResumePoint point)
    {
        if (_staged.TryGetValue(point.Token, out var finished))
            return finished.Content.Length >= point.Length && _staged.TryRemove(point.Token, out _) ? finished.Content : null;
        return _unfinished.TryGetValue(point.Token, out var lost) ? lost.Adopt(point.Length) : null;
    }

    private string NextETag() => (++_version).ToString("x", CultureInfo.InvariantCulture);

    private MemoryFile Checked(string source, string destination, MoveCopyOptions options)
    {
        var file = FindFile(source);
        if (Conditions.Failure(file.Info, options.IfMatch, source, name) is { } failure)
            throw failure;
        CheckTarget(destination, options.AtDestination);
        return file;
    }

    private void CheckTarget(string key, WriteOptions options)
    {
        CheckParents(key);
        var node = Find(key);
        if (node is MemoryFolder)
            throw StorageErrors.IsFolder(key, name);
        if (Conditions.Failure((node as MemoryFile)?.Info, options, key, name) is { } failure)
            throw failure;
    }

    private RemoteFileInfo Place(string key, RemoteFileInfo info, MemoryContent content, Guid? operation)
    {
        var folder = _root;
        var segments = key.Split('/');
        foreach (var segment in segments.AsSpan(0, segments.Length - 1))
        {
            if (folder.Find(segment) is not MemoryFolder child)
                folder.Put(child = new MemoryFolder(segment));
            folder = child;
        }

        folder.Put(new MemoryFile(segments[^1], info, content, operation, clock.GetUtcNow()));
        return info;
    }

    private void CheckParents(string key)
    {
        MemoryNode? node = _root;
        foreach (var segment in key.Split('/')[..^1])
        {
            node = (node as MemoryFolder)?.Find(segment);
            if (node is MemoryFile)
                throw StorageErrors.ParentIsNoFolder(key, name);
        }
    }

    private MemoryFile FileAt(string key)
    {
        lock (_lock)
            return FindFile(key);
    }

    private MemoryFile FindFile(string key) => Find(key) as MemoryFile ?? throw StorageErrors.NotFound(key, name);

    private MemoryFolder? ParentOf(string key) => Find(key.Length == NameOf(key).Length ? "" : key[..key.LastIndexOf('/')]) as MemoryFolder;

    private MemoryNode? Find(string key)
    {
        MemoryNode? node = _root;
        if (key.Length == 0)
            return node;
        foreach (var range in key.AsSpan().Split('/'))
        {
            node = (node as MemoryFolder)?.Find(key[range]);
            if (node is null)
                return null;
        }

        return node;
    }

    /// <summary>Bytes being staged. Found by their token until they end, so that a caller that lost this instance can resume.</summary>
    private sealed class Staged : StagedWrite
    {
        private readonly Lock _lock = new();
        private readonly MemoryContent.Builder _content = new();
        private readonly MemoryDriver _driver;
        private readonly string _token = Guid.NewGuid().ToString("N");
        private bool _takenOver;
        private DateTimeOffset _changed;

        public Staged(MemoryDriver driver)
        {
            _driver = driver;
            _changed = driver.Now;
            driver._unfinished[_token] = this;
        }

        public override string ResumeToken => _token;

        public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Append(bytes);
            return default;
        }

        public override ValueTask<string> FinishAsync(CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                ThrowIfTakenOver();
                _driver._staged[_token] = new FinishedStaging(_content.Build(), _driver.Now);
            }

            _driver._unfinished.TryRemove(_token, out _);
            return new ValueTask<string>(_token);
        }

        public override ValueTask AbandonAsync()
        {
            _driver._unfinished.TryRemove(_token, out _);
            return default;
        }

        internal void Append(ReadOnlyMemory<byte> bytes)
        {
            lock (_lock)
            {
                ThrowIfTakenOver();
                _content.Append(bytes.Span);
                _changed = _driver.Now;
            }
        }

        /// <summary>Drops the bytes when they have not changed since then; later appends are rejected.</summary>
        internal bool DropIfOlder(DateTimeOffset than)
        {
            lock (_lock)
                return _changed < than && Adopt(0) is not null;
        }

        internal MemoryContent? Adopt(long length)
        {
            lock (_lock)
            {
                if (_takenOver || _content.Length < length)
                    return null;
                _takenOver = true;
                _driver._unfinished.TryRemove(_token, out _);
                return _content.Build();
            }
        }

        private void ThrowIfTakenOver()
        {
            if (_takenOver)
                throw new NotFoundException("The staged content was adopted by another writer.");
        }
    }
}
