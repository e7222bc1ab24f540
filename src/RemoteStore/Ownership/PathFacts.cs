namespace RemoteStore;

/// <summary>
/// What an owner remembers of its file: only that a file is there and how it looks, never that nothing is (a folder may come to be
/// through another owner). A fact that was fetched while a mutation began or ended is not taken in.
/// </summary>
internal sealed class PathFacts(PathOwnerOptions options)
{
    private readonly Lock _lock = new();
    private long _version;
    private int _mutations;
    private int _charged;
    private RemoteFileInfo? _info;
    private byte[]? _content;

    /// <summary>Names the present state; give it to <see cref="Keep"/> with what was fetched afterwards.</summary>
    internal long Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    internal int ContentLimit => options.Shared ? 0 : options.CacheLimit;

    internal (RemoteFileInfo? Info, byte[]? Content) Get()
    {
        lock (_lock)
            return (_info, _content);
    }

    internal void Keep(long version, RemoteFileInfo info, byte[]? content)
    {
        lock (_lock)
        {
            if (options.Shared || version != _version || _mutations > 0)
                return;
            if (content is null && _info == info)
                return;
            Set(info, content);
        }
    }

    internal void BeginMutation()
    {
        lock (_lock)
        {
            _mutations++;
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
            if (left is not null && _mutations == 0 && !options.Shared)
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
