namespace RemoteStore.Ownership;

/// <summary>
/// What an owner caches of its file: only that a file exists and its facts, never that none exists (another owner may create a folder
/// there). Facts that were fetched while a mutation began or ended are not cached.
/// </summary>
internal sealed class PathFacts(PathOwnerOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private long _version;
    private int _mutations;
    private int _charged;
    private RemoteFileInfo? _info;
    private byte[]? _content;
    private long _began = clock.GetTimestamp();
    private long _known;

    /// <summary>Identifies the current state; pass it to <see cref="Keep"/> with facts that are fetched afterwards.</summary>
    internal (long Number, long At) Version
    {
        get
        {
            lock (_lock)
                return (_version, clock.GetTimestamp());
        }
    }

    internal int ContentLimit => options.ExternalWriters ? 0 : options.CacheLimit;

    internal (RemoteFileInfo? Info, byte[]? Content) Get()
    {
        lock (_lock)
            return options.MaxAge is { } age && clock.GetElapsedTime(_known) > age ? default : (_info, _content);
    }

    internal void Keep((long Number, long At) version, RemoteFileInfo info, byte[]? content)
    {
        lock (_lock)
        {
            if (options.ExternalWriters || version.Number != _version || _mutations > 0)
                return;
            _known = version.At;
            if (content is null && _info == info)
                return;
            Set(info, content);
        }
    }

    internal void Forget()
    {
        lock (_lock)
            Drop();
    }

    internal void BeginMutation()
    {
        lock (_lock)
        {
            _mutations++;
            _began = clock.GetTimestamp();
            Drop();
        }
    }

    /// <summary>Ends a mutation; null when its outcome, or the resulting file, is unknown.</summary>
    internal void EndMutation(RemoteFileInfo? left)
    {
        lock (_lock)
        {
            _mutations--;
            Drop();
            if (left is null || _mutations > 0 || options.ExternalWriters)
                return;
            _known = _began;
            Set(left, null);
        }
    }

    private void Set(RemoteFileInfo info, byte[]? content)
    {
        Discharge();
        if (content is not null && options.Budget?.TryTake(content.Length) == false)
            content = null;
        (_info, _content) = (info, content);
        _charged = options.Budget is null ? 0 : content?.Length ?? 0;
    }

    private void Drop()
    {
        _version++;
        Discharge();
        (_info, _content) = (null, null);
    }

    private void Discharge()
    {
        if (_charged > 0)
            options.Budget!.Release(_charged);
        _charged = 0;
    }
}
