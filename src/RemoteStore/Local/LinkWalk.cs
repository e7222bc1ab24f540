namespace RemoteStore.Local;

/// <summary>Resolves the links of a key one by one, below a root and never out of it.</summary>
internal static class LinkWalk
{
    private const int MaxLinks = 40;

    /// <summary>The absolute path without links; null when a parent is a file.</summary>
    internal static string? Resolve(string root, string key)
    {
        var waiting = new Stack<string>();
        var path = new List<string>();
        Push(waiting, key);
        var links = 0;
        while (waiting.TryPop(out var name))
        {
            if (name == "..")
                GoUp(path);
            else if (LinkAt(root, path, name) is not { } target)
                path.Add(name);
            else if (++links > MaxLinks)
                throw new InvalidPathException("The path contains a loop of symbolic links.") { NativeCode = "ELOOP" };
            else if (Path.IsPathRooted(target))
                throw Escape();
            else
                Push(waiting, target.Replace(Path.DirectorySeparatorChar, '/'));
            if (waiting.Count > 0 && IsFile(root, path))
                return null;
        }

        return PathOf(root, path);
    }

    internal static InvalidPathException LeadsNowhere() =>
        new("A folder of the path cannot be created: a dangling symbolic link has its name.");

    private static void Push(Stack<string> waiting, string names)
    {
        foreach (var name in names.Split('/').Reverse().Where(n => n is not ("" or ".")))
            waiting.Push(name);
    }

    private static void GoUp(List<string> path)
    {
        if (path.Count == 0)
            throw Escape();
        path.RemoveAt(path.Count - 1);
    }

    private static string? LinkAt(string root, List<string> path, string name) =>
        new FileInfo(Path.Join(PathOf(root, path), name)).LinkTarget;

    private static bool IsFile(string root, List<string> path) => File.Exists(PathOf(root, path));

    private static string PathOf(string root, List<string> path) => path.Count == 0 ? root : Path.Join(root, Path.Join([.. path]));

    private static InvalidPathException Escape() => new("A symbolic link in the path leads out of the root.") { NativeCode = "EXDEV" };
}
