namespace RemoteStore.Ownership;

/// <summary>A file as its owner has just reported it, or the failure of that request. Immutable.</summary>
internal sealed class PathSnapshot
{
    private readonly string _store;
    private readonly byte[]? _content;
    private readonly RemoteStoreException? _failure;

    /// <summary>A snapshot from the owner's response.</summary>
    /// <param name="store">The name in errors.</param>
    /// <param name="info">The file.</param>
    /// <param name="content">All its bytes, owned by the snapshot; null when they exceed the limit.</param>
    internal PathSnapshot(string store, RemoteFileInfo info, byte[]? content) => (_store, Info, _content) = (store, info, content);

    internal PathSnapshot(string store, RemoteStoreException failure) => (_store, _failure) = (store, failure);

    /// <summary>The file; null after a failure.</summary>
    internal RemoteFileInfo? Info { get; }

    internal RemoteStoreException? Failure => _failure;

    internal long Length => _content?.Length ?? 0;

    /// <summary>Whether it can be cached and confirmed later.</summary>
    internal bool IsKeepable => Info?.ETag is not null && _content is not null;

    /// <summary>Answers a read; null when the file is too large for the snapshot, so that only its owner can answer.</summary>
    /// <exception cref="RemoteStoreException">The owner's failure, a new instance each time; or the condition does not hold.</exception>
    internal PathRead? Read(ReadOptions options, int limit)
    {
        if (_failure is { } failure)
            throw failure.WithPath(failure.Path);
        return _content is null ? null : PathRead.Of(Info!, _content, options, limit, _store);
    }
}
