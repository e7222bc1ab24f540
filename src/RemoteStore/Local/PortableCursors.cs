using System.IO.Enumeration;

namespace RemoteStore.Local;

/// <summary>
/// Folder enumerations that can be resumed. The runtime's enumerators cannot seek, so the last few are kept, with the names they returned
/// last. Any other cursor is found by reading from the start to its name. If that name no longer exists, the folder is read from the start
/// again, since a duplicate name does less harm than a missing one.
/// </summary>
internal sealed class PortableCursors
{
    private const int MaxKept = 32;
    private const char CursorMark = 'p';
    private readonly Lock _lock = new();
    private readonly LinkedList<Reading> _kept = new();

    internal IReadOnlyList<LocalName> Read(string folder, string path, string? cursor, int limit)
    {
        if (cursor is not null && (cursor.Length < 2 || cursor[0] != CursorMark))
            throw new ArgumentException("The continuation token does not belong to this backend.", nameof(cursor));
        var (left, names) = cursor is null ? ([], Enumerate(path)) : Take(folder, cursor) ?? ([], Find(path, cursor));
        var page = new List<LocalName>(left.Take(limit));
        while (page.Count < limit && names.MoveNext())
            page.Add(names.Current);
        Keep(new Reading(folder, [.. page, .. left.Skip(limit)], names));
        return page;
    }

    internal void Release(string folder, string cursor) => Take(folder, cursor)?.Names.Dispose();

    internal void Clear()
    {
        lock (_lock)
        {
            foreach (var reading in _kept)
                reading.Names.Dispose();
            _kept.Clear();
        }
    }

    private static IEnumerator<LocalName> Find(string path, string cursor)
    {
        var names = Enumerate(path);
        while (names.MoveNext())
        {
            if (names.Current.Cursor == cursor)
                return names;
        }

        names.Dispose();
        return Enumerate(path);
    }

    private static IEnumerator<LocalName> Enumerate(string path)
    {
        var names = new FileSystemEnumerable<(string Name, LocalKind Kind)>(
            path,
            (ref FileSystemEntry e) => (e.FileName.ToString(), KindOf(ref e)),
            new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }
        );
        foreach (var (name, kind) in names)
        {
            // A name that is not UTF-8 contains a replacement character, and cannot be found by that name.
            if (!name.Contains('\uFFFD', StringComparison.Ordinal) || PortableFiles.StatPath(Path.Join(path, name)) is not null)
                yield return new LocalName(name, kind, CursorMark + name);
        }
    }

    private static LocalKind KindOf(ref FileSystemEntry entry) =>
        entry.IsDirectory && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? LocalKind.Folder : LocalKind.Unknown;

    private (IReadOnlyList<LocalName> Left, IEnumerator<LocalName> Names)? Take(string folder, string cursor)
    {
        lock (_lock)
        {
            for (var node = _kept.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Folder != folder || node.Value.Page.FindIndex(n => n.Cursor == cursor) is not (var index and >= 0))
                    continue;
                _kept.Remove(node);
                return (node.Value.Page[(index + 1)..], node.Value.Names);
            }
        }

        return null;
    }

    private void Keep(Reading reading)
    {
        if (reading.Page.Count == 0)
        {
            reading.Names.Dispose();
            return;
        }

        lock (_lock)
        {
            _kept.AddLast(reading);
            if (_kept.Count <= MaxKept)
                return;
            _kept.First!.Value.Names.Dispose();
            _kept.RemoveFirst();
        }
    }

    /// <summary>An enumeration of a folder.</summary>
    /// <param name="Folder">The folder.</param>
    /// <param name="Page">The names returned last: any of them may be the resume position.</param>
    /// <param name="Names">The names after them; an enumerator at its end holds no resources.</param>
    private sealed record Reading(string Folder, List<LocalName> Page, IEnumerator<LocalName> Names);
}
