using System.Security.Cryptography;
using RemoteStore.Drivers;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// A folder being listed. The server keeps the position in a handle, which only moves forward, so the last page is kept for
/// going back. Several reads of the folder are in flight at once, more as the listing progresses. Used by one call at a time.
/// </summary>
internal sealed class OpenListing : IDisposable
{
    private const int MaxAhead = 16;
    private readonly SftpDriver _driver;
    private readonly Session _session;
    private readonly SessionLease? _lease;
    private readonly string _folder;
    private readonly byte[] _handle;
    private readonly Queue<Reply> _asked = new();
    private readonly Queue<DriverEntry> _ready = new();
    private readonly ListingProgress _progress = new();
    private List<DriverEntry> _page = [];
    private long _position;
    private int _ahead = 2;
    private bool _ended;
    private bool _closed;

    private OpenListing(SftpDriver driver, Session session, string folder, byte[] handle, SessionLease? lease) =>
        (_driver, _session, _folder, _handle, _lease) = (driver, session, folder, handle, lease);

    internal string Id { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    internal string Folder => _folder;

    /// <summary>When it was last used, as a timestamp of the clock.</summary>
    internal long UsedAt { get; set; }

    internal bool IsAtEnd => _ended && _ready.Count == 0;

    /// <summary>Whether the folder is being removed, and with it the records of files that no longer exist.</summary>
    internal bool IsLast { get; set; }

    /// <summary>The number of hidden names left in place.</summary>
    internal int HiddenKept { get; private set; }

    /// <summary>The number of hidden names removed.</summary>
    internal int CleanedUp { get; private set; }

    /// <summary>Failures of the cleanup of hidden names; a plain listing ignores them.</summary>
    internal DeferredFailure Failures { get; set; } = new(SftpErrors.IsOfSession);

    /// <summary>Opens a folder; null when it does not exist or is not a folder.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="session">The session.</param>
    /// <param name="folder">The key of the folder.</param>
    /// <param name="lease">The lease of the session, when the listing takes its ownership.</param>
    internal static OpenListing? Open(SftpDriver driver, Session session, string folder, SessionLease? lease = null)
    {
        var path = driver.Paths.Of(folder);
        try
        {
            return new OpenListing(driver, session, folder, session.Send(Requests.OpenFolder(path)).Handle(), lease);
        }
        catch (StatusException e)
            when (e.Code == StatusCode.NoSuchFile
                || (e.Code != StatusCode.PermissionDenied && session.Send(Requests.Stat(path)).AttributesIfAny() is not { IsFolder: true })
            )
        {
            return null;
        }
    }

    /// <summary>The next entries, up to the limit.</summary>
    internal List<DriverEntry> Take(int limit, CancellationToken cancellationToken)
    {
        var page = new List<DriverEntry>();
        while (page.Count < limit && MoveNext(out var entry, cancellationToken))
            page.Add(entry);
        return _page = page;
    }

    /// <summary>Goes back to a position in the last page; false when the page does not contain it.</summary>
    internal bool Rewind(long position)
    {
        var back = _position - position;
        if (back < 0 || back > _page.Count)
            return false;
        var again = _page[(int)(_page.Count - back)..];
        var rest = _ready.ToArray();
        _ready.Clear();
        foreach (var entry in again.Concat(rest))
            _ready.Enqueue(entry);
        (_position, _page) = (position, []);
        return true;
    }

    /// <summary>Continues right after a name; false, at the end, when the name does not exist.</summary>
    internal bool SkipTo(string name, CancellationToken cancellationToken)
    {
        while (MoveNext(out var entry, cancellationToken))
        {
            if (entry.Entry.Name == name)
                return true;
        }

        return false;
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _asked.Clear();
        _session.SendAndForget(Requests.Close(_handle));
        _lease?.Dispose();
    }

    private bool MoveNext(out DriverEntry entry, CancellationToken cancellationToken)
    {
        while (_ready.Count == 0 && !_ended)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Fetch();
        }

        if (!_ready.TryDequeue(out entry))
            return false;
        _position++;
        entry = entry with { Cursor = new ListingCursor(Id, _position, entry.Entry.Name).ToString() };
        return true;
    }

    private void Fetch()
    {
        while (_asked.Count < _ahead)
            _asked.Enqueue(_session.Send(Requests.ReadFolder(_handle)));
        _ahead = Math.Min(_ahead * 2, MaxAhead);
        var reply = _asked.Dequeue();
        if (reply.Names() is { } answer)
            Add(Moved(answer, reply));
        else
            End();
    }

    private IReadOnlyList<ListedName> Moved(ListedNames answer, Reply reply)
    {
        try
        {
            _progress.Check(answer);
            return answer.Names;
        }
        catch (ProtocolException e)
        {
            throw reply.Reject(e);
        }
    }

    private void Add(IReadOnlyList<ListedName> names)
    {
        foreach (var name in names)
        {
            if (_driver.EntryOf(_session, _folder, name) is { } entry)
                _ready.Enqueue(entry);
            else if (Failures.Try(() => _driver.TryCleanUp(_session, _folder, name, IsLast)))
                CleanedUp++;
            else
                HiddenKept++;
        }
    }

    // The pages already returned can still be revisited; that does not need the server's handle.
    private void End()
    {
        _ended = true;
        Dispose();
    }
}
