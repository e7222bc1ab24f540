using System.Globalization;
using System.IO.Enumeration;

namespace RemoteStore.Local;

/// <summary>
/// Readings of folders that can go on. The runtime's enumerators cannot seek, so the last few are kept open, by the cursor they stand at; a
/// cursor from elsewhere is found by reading from the start to its name, or to its number when the name is gone.
/// </summary>
internal sealed class PortableCursors
{
    private const int MaxOpen = 32;
    private const char CursorMark = 'p';
    private readonly Lock _lock = new();
    private readonly LinkedList<(string Folder, string Cursor, IEnumerator<LocalName> Names)> _open = new();

    internal IReadOnlyList<LocalName> Read(string folder, string path, string? cursor, int limit)
    {
        var names = cursor is null ? Enumerate(path) : Take(folder, cursor) ?? Find(path, cursor);
        var page = new List<LocalName>(Math.Min(limit, 1024));
        while (page.Count < limit && names.MoveNext())
            page.Add(names.Current);
        if (page.Count == limit)
            Keep(folder, page[^1].Cursor, names);
        else
            names.Dispose();
        return page;
    }

    internal void Release(string folder, string cursor) => Take(folder, cursor)?.Dispose();

    internal void Clear()
    {
        lock (_lock)
        {
            foreach (var (_, _, names) in _open)
                names.Dispose();
            _open.Clear();
        }
    }

    private static IEnumerator<LocalName> Find(string path, string cursor)
    {
        var (number, name) = Parse(cursor);
        if (Enumerate(path) is var byName && MoveTo(byName, n => n.Name == name))
            return byName;
        var byNumber = Enumerate(path);
        MoveTo(byNumber, n => Parse(n.Cursor).Number == number);
        return byNumber;
    }

    private static bool MoveTo(IEnumerator<LocalName> names, Func<LocalName, bool> isLast)
    {
        while (names.MoveNext())
        {
            if (isLast(names.Current))
                return true;
        }

        names.Dispose();
        return false;
    }

    private static IEnumerator<LocalName> Enumerate(string path)
    {
        var number = 0L;
        var names = new FileSystemEnumerable<(string Name, LocalKind Kind)>(
            path, (ref FileSystemEntry e) => (e.FileName.ToString(), KindOf(ref e)), new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false });
        foreach (var (name, kind) in names)
        {
            number++;
            // A name that is not UTF-8 comes with a replacement character in it, under which nothing is found.
            if (!name.Contains('\uFFFD', StringComparison.Ordinal) || PortableFiles.StatPath(Path.Join(path, name)) is not null)
                yield return new LocalName(name, kind, string.Create(CultureInfo.InvariantCulture, $"{CursorMark}{number:x}:{name}"));
        }
    }

    private static LocalKind KindOf(ref FileSystemEntry entry) =>
        entry.IsDirectory && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? LocalKind.Folder : LocalKind.Unknown;

    private static (long Number, string Name) Parse(string cursor)
    {
        var colon = cursor.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && cursor[0] == CursorMark
            && long.TryParse(cursor.AsSpan(1, colon - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? (number, cursor[(colon + 1)..])
            : throw new ArgumentException("The continuation token is not one of this backend.", nameof(cursor));
    }

    private IEnumerator<LocalName>? Take(string folder, string cursor)
    {
        lock (_lock)
        {
            for (var node = _open.First; node is not null; node = node.Next)
            {
                if (node.Value.Folder != folder || node.Value.Cursor != cursor)
                    continue;
                _open.Remove(node);
                return node.Value.Names;
            }
        }

        return null;
    }

    private void Keep(string folder, string cursor, IEnumerator<LocalName> names)
    {
        lock (_lock)
        {
            _open.AddLast((folder, cursor, names));
            if (_open.Count <= MaxOpen)
                return;
            _open.First!.Value.Names.Dispose();
            _open.RemoveFirst();
        }
    }
}
