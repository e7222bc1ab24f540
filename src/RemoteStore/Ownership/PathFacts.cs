namespace RemoteStore.Ownership;

/// <summary>
/// What an owner remembers of its file: only that a file is there and how it looks, never that nothing is (a folder may come to be
/// through another owner). A fact that was fetched while a mutation began or ended is not taken in.
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

    /// <summary>Names the present state; give it to <see cref="Keep"/> with what was fetched afterwards.</summary>
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

    /// <summary>Ends a mutation; null when its outcome, or what it left, is not known.</summary>
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
