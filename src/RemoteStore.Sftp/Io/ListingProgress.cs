using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// Finds out that a listing does not come to its end. No folder has a name twice, so an answer that comes again shows a server that starts
/// over or does not move on.
/// </summary>
internal sealed class ListingProgress
{
    // Some servers send one for an empty folder.
    private const int MaxEmpty = 3;
    private ListedNames? _first;
    private ListedNames? _last;
    private int _empty;

    /// <exception cref="ProtocolException">The listing does not move on.</exception>
    internal void Check(ListedNames next)
    {
        _empty = next.IsEmpty ? _empty + 1 : 0;
        if (_empty > MaxEmpty)
            throw new ProtocolException("The server keeps answering a listing with no names, and does not end it.");
        if (next.IsEmpty)
            return;
        if (IsSame(next, _first) || IsSame(next, _last))
            throw new ProtocolException("The server lists the same names again, and does not end the listing.");
        _first ??= next;
        _last = next;
    }

    private static bool IsSame(ListedNames next, ListedNames? seen) => seen is not null && next.Answer.Span.SequenceEqual(seen.Answer.Span);
}
