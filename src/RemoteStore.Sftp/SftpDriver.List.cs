using RemoteStore.Drivers;
using RemoteStore.Sftp.Io;

namespace RemoteStore.Sftp;

internal sealed partial class SftpDriver
{
    public override ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var listing = cursor is null ? Opened(folder) : Resumed(folder, ListingCursor.Parse(cursor), cancellationToken);
        if (listing is null)
            return new(DriverPage.Empty);
        try
        {
            var entries = listing.Take(limit, cancellationToken);
            var next = listing.IsAtEnd || entries.Count == 0 ? null : entries[^1].Cursor;
            _listings.Keep(listing);
            return new(new DriverPage(entries, next));
        }
        catch
        {
            listing.Dispose();
            throw;
        }
    }

    public override void ReleaseCursor(string folder, string cursor) => _listings.Release(ListingCursor.Parse(cursor).Listing);

    private OpenListing? Opened(string folder)
    {
        var lease = _pool.Acquire();
        try
        {
            if (OpenListing.Open(this, lease.Session, folder, lease) is { } listing)
                return listing;
            lease.Dispose();
            return null;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The listing that a cursor belongs to. When its handle is gone (idle too long, another instance, a lost session), the folder is read
    /// again up to the last returned entry. If that entry no longer exists either, the position is unknown and the listing starts over.
    /// </summary>
    private OpenListing? Resumed(string folder, ListingCursor cursor, CancellationToken cancellationToken)
    {
        if (_listings.Find(cursor, folder) is { } open)
            return open;
        if (Opened(folder) is not { } again)
            return null;
        try
        {
            if (again.SkipTo(cursor.Name, cancellationToken))
                return again;
        }
        catch
        {
            again.Dispose();
            throw;
        }

        again.Dispose();
        return Opened(folder);
    }
}
