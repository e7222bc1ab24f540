using System.Globalization;
using System.Text;

namespace RemoteStore.Conformance;

/// <summary>
/// The contract as the simplest program that keeps it: a dictionary of contents and, where folders are real, a set of folders. It answers
/// each step with a text: what came back, or the kind of the error. Not safe for concurrent use.
/// </summary>
/// <param name="isHierarchical">Whether folders exist on their own.</param>
public sealed class ReferenceModel(bool isHierarchical)
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>The files and their contents.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>Takes the step and reports the answer that a backend must give.</summary>
    /// <param name="operation">The step.</param>
    public string Apply(ModelOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return operation.Verb switch
        {
            ModelVerb.Write or ModelVerb.WriteAtomic => Write(operation),
            ModelVerb.AbortWriter => WriteFault(operation) ?? "aborted",
            ModelVerb.Read => ReadFault(operation.Key) ?? Text(_files[operation.Key]),
            ModelVerb.ReadRange => ReadFault(operation.Key) ?? Text([.. _files[operation.Key].Skip(operation.Size).Take(operation.Extent)]),
            ModelVerb.Delete => Delete(operation),
            ModelVerb.DeleteFolder => DeleteFolder(operation),
            ModelVerb.Move or ModelVerb.Copy => Transfer(operation),
            ModelVerb.List => List(operation),
            ModelVerb.FileInfo => ReadFault(operation.Key) ?? Number(_files[operation.Key].Length),
            ModelVerb.FolderInfo => FolderInfo(operation),
            _ => Kind(operation.Key).ToString(),
        };
    }

    /// <summary>What exists at the key.</summary>
    /// <param name="key">The key.</param>
    public EntryKind Kind(string key) =>
        _files.ContainsKey(key) ? EntryKind.File
        : key is "" || _folders.Contains(key) || _files.Keys.Any(f => IsBelow(f, key)) ? EntryKind.Folder
        : EntryKind.None;

    /// <summary>Content in the short form that answers use: its length and its hash.</summary>
    /// <param name="bytes">The content.</param>
    public static string Text(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var hash = bytes.Aggregate(17, (h, b) => unchecked((h * 31) + b));
        return $"{bytes.Length} bytes #{hash:x8}";
    }

    /// <summary>A number as answers show it.</summary>
    /// <param name="number">The number.</param>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsBelow(string key, string folder) => folder.Length == 0 || key.StartsWith(folder + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Ancestors(string key)
    {
        for (var slash = key.LastIndexOf('/'); slash > 0; slash = key.LastIndexOf('/', slash - 1))
            yield return key[..slash];
    }

    private string? ReadFault(string key) =>
        Kind(key) switch
        {
            EntryKind.None => nameof(NotFound),
            EntryKind.Folder => nameof(InvalidPath),
            _ => null,
        };

    private string? WriteFault(ModelOperation operation) => TargetFault(operation.Key, operation.Force, operation.Condition);

    private string? TargetFault(string key, bool overwrite, ModelCondition condition)
    {
        var kind = Kind(key);
        if (isHierarchical && kind == EntryKind.Folder)
            return nameof(InvalidPath);
        if (condition is ModelCondition.Stale or ModelCondition.Current or ModelCondition.Any)
            return condition != ModelCondition.Stale && kind == EntryKind.File ? null : nameof(PreconditionFailed);
        if (kind == EntryKind.File && (condition == ModelCondition.Absent || !overwrite))
            return nameof(AlreadyExists);
        return isHierarchical && Ancestors(key).Any(_files.ContainsKey) ? nameof(InvalidPath) : null;
    }

    private string Write(ModelOperation operation)
    {
        if (WriteFault(operation) is { } fault)
            return fault;
        Place(operation.Key, operation.Content());
        return Number(operation.Size);
    }

    private void Place(string key, byte[] content)
    {
        _files[key] = content;
        if (isHierarchical)
            _folders.UnionWith(Ancestors(key));
    }

    private string Delete(ModelOperation operation)
    {
        if (ReadFault(operation.Key) is { } fault)
            return fault == nameof(NotFound) && operation.Force ? "done" : fault;
        if (operation.Condition == ModelCondition.Stale)
            return nameof(PreconditionFailed);
        _files.Remove(operation.Key);
        return "done";
    }

    private string DeleteFolder(ModelOperation operation)
    {
        var key = operation.Key;
        switch (Kind(key))
        {
            case EntryKind.None:
                return operation.Force ? "done" : nameof(NotFound);
            case EntryKind.File:
                return nameof(InvalidPath);
        }

        if (!operation.Recursive && Below(key).Any())
            return nameof(FolderNotEmpty);
        foreach (var file in _files.Keys.Where(f => IsBelow(f, key)).ToArray())
            _files.Remove(file);
        _folders.RemoveWhere(f => f == key || IsBelow(f, key));
        return "done";
    }

    private string Transfer(ModelOperation operation)
    {
        if (ReadFault(operation.Key) is { } fault)
            return fault;
        if (operation.Condition == ModelCondition.Stale)
            return nameof(PreconditionFailed);
        if (operation.Key == operation.Other)
            return "done";
        if (TargetFault(operation.Other, operation.Force, ModelCondition.None) is { } target)
            return target;
        Place(operation.Other, _files[operation.Key]);
        if (operation.Verb == ModelVerb.Move)
            _files.Remove(operation.Key);
        return "done";
    }

    private string List(ModelOperation operation)
    {
        var folder = Kind(operation.Key) == EntryKind.Folder ? operation.Key : null;
        var shown = folder is null ? [] : Below(folder).Where(e => Depth(e, folder) <= (operation.Recursive ? operation.Extent : 0));
        return string.Join(' ', shown.Order(StringComparer.Ordinal));
    }

    private string FolderInfo(ModelOperation operation)
    {
        var kind = Kind(operation.Key);
        if (kind != EntryKind.Folder)
            return kind == EntryKind.None ? nameof(NotFound) : nameof(InvalidPath);
        var files = _files.Where(f => IsBelow(f.Key, operation.Key)).ToArray();
        return new StringBuilder().Append(files.Length).Append(" files ").Append(files.Sum(f => (long)f.Value.Length)).ToString();
    }

    private IEnumerable<string> Below(string folder) =>
        _files.Keys.Concat(_files.Keys.SelectMany(Ancestors)).Concat(_folders).Where(e => IsBelow(e, folder)).Distinct();

    private static int Depth(string entry, string folder) => entry[(folder.Length == 0 ? 0 : folder.Length + 1)..].Count(c => c == '/');
}
