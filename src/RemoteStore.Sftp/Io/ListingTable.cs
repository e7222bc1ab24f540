namespace RemoteStore.Sftp.Io;

/// <summary>
/// Open listings between two pages. Each holds a handle of the server, so a listing that is idle too long is closed,
/// and so is the one idle longest when there are too many.
/// </summary>
internal sealed class ListingTable(TimeSpan idle, TimeProvider clock)
{
    private const int MaxOpen = 64;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OpenListing> _resting = new(StringComparer.Ordinal);
    private ITimer? _timer;

    internal int Count
    {
        get
        {
            lock (_lock)
                return _resting.Count;
        }
    }

    /// <summary>Takes a listing at the position of the cursor; null when it cannot continue there.</summary>
    internal OpenListing? Find(ListingCursor cursor, string folder)
    {
        lock (_lock)
        {
            if (!_resting.TryGetValue(cursor.Listing, out var listing) || listing.Folder != folder || !listing.Rewind(cursor.Position))
                return null;
            _resting.Remove(cursor.Listing);
            return listing;
        }
    }

    /// <summary>Keeps a listing for its next page.</summary>
    internal void Keep(OpenListing listing)
    {
        OpenListing? longest = null;
        lock (_lock)
        {
            listing.UsedAt = clock.GetTimestamp();
            if (_resting.Count >= MaxOpen)
                _resting.Remove(_resting.MinBy(l => l.Value.UsedAt).Key, out longest);
            _resting[listing.Id] = listing;
            _timer ??= clock.CreateTimer(static t => ((ListingTable)t!).Expire(), this, idle, idle);
        }

        longest?.Dispose();
    }

    internal void Release(string id)
    {
        OpenListing? released;
        lock (_lock)
            _resting.Remove(id, out released);
        released?.Dispose();
    }

    internal void Clear() => Close(_ => true);

    private void Expire() => Close(l => clock.GetElapsedTime(l.UsedAt) >= idle);

    private void Close(Predicate<OpenListing> which)
    {
        List<OpenListing> closed;
        lock (_lock)
        {
            closed = [.. _resting.Values.Where(l => which(l))];
            foreach (var listing in closed)
                _resting.Remove(listing.Id);
            if (_resting.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        foreach (var listing in closed)
            listing.Dispose();
    }
}
