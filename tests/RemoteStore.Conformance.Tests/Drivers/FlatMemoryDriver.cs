using System.Globalization;
using RemoteStore.Drivers;

namespace RemoteStore.Conformance.Tests;

/// <summary>
/// An object store in memory: keys and no folders, pages by prefix and delimiter with a token per page and none per entry, native errors,
/// streams that cannot seek, closed indefinitely once closed.
/// </summary>
internal sealed class FlatMemoryDriver : StorageDriver
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (RemoteFileInfo Info, byte[] Bytes)> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _staged = [];
    private int _version;

    public override string Kind => "flat-memory";

    public override bool IsFlat => true;

    public override bool CloseIsTerminal => true;

    public override CapabilitySet Capabilities { get; } =
        CapabilitySet.All.Without(Capability.AtomicMove | Capability.SeekableRead | Capability.ResumeStaging);

    public override ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_objects.TryGetValue(key, out var found))
                return new(new DriverEntry(found.Info));
            return new(_objects.Keys.Any(k => IsBelow(k, key)) ? new DriverEntry(new RemoteFolderEntry(key)) : (DriverEntry?)null);
        }
    }

    public override ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        var (info, bytes) = Get(key);
        if (options.IfMatch is { } wanted && wanted != info.ETag && wanted != WriteOptions.Any)
            throw new PreconditionFailedException("412");
        var range = options.Range ?? default;
        var start = (int)Math.Min(range.Offset, bytes.Length);
        return new(new DriverRead(info, new ForwardOnlyStream(bytes.AsMemory(start, (int)range.CountOf(bytes.Length)))));
    }

    public override ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    ) => new(new Upload(this));

    public override ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            var info = Put(key, _staged[token], options);
            _staged.Remove(token);
            return new(info);
        }
    }

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken)
    {
        lock (_lock)
            _staged.Remove(token);
        return default;
    }

    public override ValueTask<RemoteFileInfo?> PutAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
            return new(Put(key, bytes.ToArray(), options));
    }

    public override ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Check(Get(key).Info, ifMatch);
            _objects.Remove(key);
        }

        return default;
    }

    public override ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken) => default;

    public override ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var entries = new List<DriverEntry>();
        lock (_lock)
        {
            var below = folder.Length == 0 ? 0 : folder.Length + 1;
            var last = cursor;
            foreach (var (key, value) in _objects)
            {
                if (!IsBelow(key, folder) || (last is not null && string.CompareOrdinal(key[below..], last) <= 0))
                    continue;
                if (entries.Count == limit)
                    return new(new DriverPage(entries, last));
                var slash = recursive ? -1 : key.IndexOf('/', below);
                last = slash < 0 ? key[below..] : key[below..slash] + "/\uffff";
                entries.Add(new DriverEntry(slash < 0 ? value.Info : new RemoteFolderEntry(key[..slash])));
            }
        }

        return new(new DriverPage(entries, null));
    }

    public override ValueTask MoveAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Transfer(source, destination, options);
            _objects.Remove(source);
        }

        return default;
    }

    public override ValueTask CopyAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        lock (_lock)
            Transfer(source, destination, options);
        return default;
    }

    public override ValueTask ProbeAsync(CancellationToken cancellationToken) => default;

    public override RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key) =>
        exception is KeyNotFoundException ? new NotFoundException("404", inner: exception) : null;

    public override string NativePath(string key) => "flat://" + key;

    public override string ToKey(string nativePath) =>
        nativePath.StartsWith("flat://", StringComparison.Ordinal) ? nativePath[7..] : nativePath;

    private static bool IsBelow(string key, string folder) => folder.Length == 0 || key.StartsWith(folder + "/", StringComparison.Ordinal);

    private static void Check(RemoteFileInfo info, string? ifMatch)
    {
        if (ifMatch is not null && ifMatch != WriteOptions.Any && ifMatch != info.ETag)
            throw new PreconditionFailedException("412");
    }

    private (RemoteFileInfo Info, byte[] Bytes) Get(string key)
    {
        lock (_lock)
            return _objects[key];
    }

    private RemoteFileInfo Put(string key, byte[] bytes, WriteOptions options)
    {
        var found = _objects.TryGetValue(key, out var there) ? there.Info : null;
        if (Conditions.Failure(found, options, key, null) is { } failure)
            throw failure;
        var info = new RemoteFileInfo(key, bytes.Length)
        {
            ETag = NextETag(),
            LastModified = DateTimeOffset.UtcNow,
            ContentType = options.ContentType,
            Metadata = UserMetadata.From(options.Metadata),
        };
        _objects[key] = (info, bytes);
        return info;
    }

    private void Transfer(string source, string destination, MoveCopyOptions options)
    {
        var (info, bytes) = _objects[source];
        Check(info, options.IfMatch);
        if (!options.Overwrite && _objects.ContainsKey(destination))
            throw new AlreadyExistsException("409", destination);
        _objects[destination] = (info with { Path = destination, ETag = NextETag() }, bytes);
    }

    private string NextETag() => $"v{(++_version).ToString(CultureInfo.InvariantCulture)}";

    private sealed class Upload(FlatMemoryDriver driver) : StagedWrite
    {
        private readonly List<byte> _parts = [];

        public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _parts.AddRange(bytes.Span);
            return default;
        }

        public override ValueTask<string> FinishAsync(CancellationToken cancellationToken)
        {
            var token = Guid.NewGuid().ToString("N");
            lock (driver._lock)
                driver._staged[token] = [.. _parts];
            return new(token);
        }

        public override ValueTask AbandonAsync() => default;
    }
}
