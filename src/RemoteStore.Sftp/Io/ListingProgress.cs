using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// Detects a listing that makes no progress. A folder contains no name twice, so a repeated reply shows a server that
/// starts over or stalls.
/// </summary>
internal sealed class ListingProgress
{
    // Some servers send one for an empty folder.
    private const int MaxEmpty = 3;
    private ListedNames? _first;
    private ListedNames? _last;
    private int _empty;

    /// <exception cref="ProtocolException">The listing makes no progress.</exception>
    internal void Check(ListedNames next)
    {
        _empty = next.IsEmpty ? _empty + 1 : 0;
        if (_empty > MaxEmpty)
            throw new ProtocolException("The listing made no progress: the server keeps sending replies without names.");
        if (next.IsEmpty)
            return;
        if (IsSame(next, _first) || IsSame(next, _last))
            throw new ProtocolException("The listing made no progress: the server sent the same names again.");
        _first ??= next;
        _last = next;
    }

    private static bool IsSame(ListedNames next, ListedNames? seen) => seen is not null && next.Answer.Span.SequenceEqual(seen.Answer.Span);
}
