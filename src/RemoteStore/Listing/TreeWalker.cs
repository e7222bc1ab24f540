using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// Walks a folder page by page and depth first, with memory bounded by one page per level. Between any two entries the position can be
/// saved as a token and resumed, also by another instance.
/// </summary>
internal sealed class TreeWalker
{
    // A filter may drop most entries: a nearly full page must not be completed with one entry per request.
    private const int MinFetch = 100;

    private readonly Kernel _kernel;
    private readonly string _root;
    private readonly ListOptions _options;
    private readonly ListFilter _filter;
    private readonly bool _native;
    private readonly List<Frame> _frames;

    internal TreeWalker(Kernel kernel, string root, ListOptions options, string? token)
    {
        _kernel = kernel;
        _root = root;
        _options = options;
        _filter = new ListFilter(root, options);
        _native = kernel.Driver.IsFlat && options is { Recursive: true, Kinds: ListKinds.Files };
        _frames = token is null ? [Frame.New(root)] : [.. ListToken.Decode(token, root, options).Select(p => new Frame(p))];
    }

    /// <summary>Where to resume; null at the end.</summary>
    internal string? Token
    {
        get
        {
            _frames.RemoveAll(f => f.IsDone);
            return _frames.Count == 0 ? null : ListToken.Encode(_frames.Select(f => f.Position), _root, _options);
        }
    }

    /// <summary>
    /// Whether it is better to end a page slightly short: a flat driver would get requests for fewer and fewer entries if a filter drops
    /// most of them.
    /// </summary>
    /// <param name="count">The number of entries of the page.</param>
    internal bool IsEnough(int count) =>
        _kernel.Driver.IsFlat && (_options.PageSize - count) * 10 < _options.PageSize && _frames.Count > 0 && !_frames[^1].HasMore;

    /// <summary>The next entry to show; null at the end.</summary>
    /// <param name="want">The number of entries that the caller can use: about as many are fetched at once.</param>
    /// <param name="cancellationToken">Cancels the walk.</param>
    internal async ValueTask<RemoteEntry?> NextAsync(int want, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (_frames.Count > 0)
        {
            var frame = _frames[^1];
            if (frame.TryTake(out var entry))
            {
                // A pattern may drop every entry of a page, so there may be no other await or check for long.
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.IsFolder && _filter.Enters(entry.Entry))
                    Enter(frame, entry);
                if (_filter.Shows(entry.Entry))
                    return entry.Entry;
            }
            else if (frame.TryTakePending(out var folder))
            {
                _frames.Add(Frame.New(folder));
            }
            else if (frame.IsDone)
            {
                _frames.RemoveAt(_frames.Count - 1);
            }
            else
            {
                var isFirst = frame.IsNew && frame.Folder == _root;
                frame.Fill(
                    await _kernel
                        .ListAsync(frame.Folder, _native, frame.Resume, Limit(want), isFirst, cancellationToken)
                        .ConfigureAwait(false)
                );
            }
        }

        return null;
    }

    // Without a cursor per entry nothing may be left over at the end of the caller's page.
    private int Limit(int want) => _kernel.Driver.IsFlat ? want : Math.Max(want, MinFetch);

    /// <summary>Notifies the driver that the cursors of an abandoned walk will not be used again.</summary>
    internal void Release()
    {
        foreach (var frame in _frames)
        {
            if (frame.Resume is { } cursor)
                _kernel.Driver.ReleaseCursor(frame.Folder, cursor);
        }
    }

    // A driver without a cursor per entry cannot resume in the middle of a page, so its sub-folders wait for the page's end.
    private void Enter(Frame frame, DriverEntry entry)
    {
        if (entry.Cursor is null)
            frame.Pending.Add(entry.Entry.Path);
        else
            _frames.Add(Frame.New(entry.Entry.Path));
    }

    private sealed class Frame(ListToken.Position from)
    {
        private IReadOnlyList<DriverEntry> _page = [];
        private int _next;
        private string? _following;
        private string? _after = from.After;
        private bool _started = from.Started;

        internal string Folder => from.Folder;

        internal List<string> Pending => from.Pending;

        /// <summary>Where the folder's own listing resumes.</summary>
        internal string? Resume { get; private set; } = from.Cursor;

        internal bool IsNew => !_started;

        internal bool IsDone => _next >= _page.Count && Pending.Count == 0 && _started && Resume is null && _after is null;

        internal ListToken.Position Position => new(Folder, _started, Resume, _after, Pending);

        internal static Frame New(string folder) => new(new ListToken.Position(folder, false, null, null, []));

        internal void Fill(DriverPage page)
        {
            (_page, _next, _following, _started) = (InOrder(page.Entries), 0, page.Cursor, true);
            while (_after is not null && _next < _page.Count && string.CompareOrdinal(PlaceOf(_page[_next]), _after) <= 0)
                _next++;
            if (_next == _page.Count)
                (Resume, _after) = (_following, null);
        }

        // Services that list by prefix and delimiter cut their pages in the order of keys, where a folder's key ends with the delimiter,
        // and then return files and folders separately: "a.txt" comes before "a/".
        private static IReadOnlyList<DriverEntry> InOrder(IReadOnlyList<DriverEntry> entries) =>
            entries.Any(e => e.Cursor is null) ? [.. entries.OrderBy(PlaceOf, StringComparer.Ordinal)] : entries;

        private static string PlaceOf(DriverEntry entry) => entry.IsFolder ? entry.Entry.Path + "/" : entry.Entry.Path;

        // A driver without a cursor per entry lists in the order of keys: in the middle of a page the position is the page and the last key
        // taken.
        internal bool HasMore => _next < _page.Count;

        internal bool TryTake(out DriverEntry entry)
        {
            entry = default;
            if (_next >= _page.Count)
                return false;
            entry = _page[_next++];
            if (_next == _page.Count)
                (Resume, _after) = (_following, null);
            else if (entry.Cursor is not null)
                Resume = entry.Cursor;
            else
                _after = PlaceOf(entry);
            return true;
        }

        internal bool TryTakePending(out string folder)
        {
            folder = "";
            if (Pending.Count == 0 || _next < _page.Count)
                return false;
            folder = Pending[^1];
            Pending.RemoveAt(Pending.Count - 1);
            return true;
        }
    }
}
