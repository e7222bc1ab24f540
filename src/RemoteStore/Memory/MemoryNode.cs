namespace RemoteStore.Memory;

/// <summary>
/// A file (with content) or a folder (with children) in the tree. Guarded by the driver's lock; a file's facts are immutable.
/// </summary>
internal abstract class MemoryNode(string name)
{
    internal string Name { get; } = name;
}

/// <param name="name">The name.</param>
/// <param name="info">The facts.</param>
/// <param name="content">The bytes.</param>
/// <param name="operation">The operation that put it here; null for none.</param>
/// <param name="since">When it was put here; a moved file may be older.</param>
internal sealed class MemoryFile(string name, RemoteFileInfo info, MemoryContent content, Guid? operation, DateTimeOffset since)
    : MemoryNode(name)
{
    internal Guid? Operation => operation;

    internal DateTimeOffset Since => since;

    internal RemoteFileInfo Info { get; } = info;

    internal MemoryContent Content { get; } = content;
}

internal sealed class MemoryFolder(string name) : MemoryNode(name)
{
    private readonly Dictionary<string, MemoryNode> _byName = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    internal int Count => _byName.Count;

    internal MemoryNode? Find(string child) => _byName.GetValueOrDefault(child);

    internal void Put(MemoryNode child)
    {
        if (_byName.TryAdd(child.Name, child))
            _names.Add(child.Name);
        else
            _byName[child.Name] = child;
    }

    internal void Remove(string child)
    {
        if (_byName.Remove(child))
            _names.Remove(child);
    }

    /// <summary>The children whose names follow the given one, in ordinal order.</summary>
    internal IEnumerable<MemoryNode> After(string? name)
    {
        if (_names.Max is not { } last || (name is not null && string.CompareOrdinal(name, last) >= 0))
            return [];
        var rest = name is null ? _names : _names.GetViewBetween(name, last);
        return rest.Where(n => n != name).Select(n => _byName[n]);
    }
}
