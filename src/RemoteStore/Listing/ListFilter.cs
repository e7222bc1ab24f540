namespace RemoteStore;

/// <summary>
/// Decides which entries of a walk are shown, and which folders it enters. Depth is checked before the pattern; a pattern never stops the
/// descent.
/// </summary>
internal sealed class ListFilter
{
    private readonly ListOptions _options;
    private readonly string _root;
    private readonly NamePattern? _pattern;
    private readonly int _maxDepth;

    internal ListFilter(string root, ListOptions options)
    {
        _root = root;
        _options = options;
        _pattern = options.Pattern is null ? null : NamePattern.Parse(options.Pattern);
        _maxDepth = options.Recursive ? options.MaxDepth ?? int.MaxValue : 0;
    }

    internal bool Shows(RemoteEntry entry)
    {
        var kind = entry is RemoteFolderEntry ? ListKinds.Folders : ListKinds.Files;
        return (_options.Kinds & kind) != 0 && DepthOf(entry) <= _maxDepth && (_pattern is null || _pattern.Matches(entry.Name));
    }

    internal bool Enters(RemoteEntry folder) => DepthOf(folder) < _maxDepth;

    private int DepthOf(RemoteEntry entry) => entry.Path.AsSpan(_root.Length == 0 ? 0 : _root.Length + 1).Count('/');
}
