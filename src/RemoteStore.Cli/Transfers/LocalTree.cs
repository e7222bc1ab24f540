namespace RemoteStore.Cli.Transfers;

/// <summary>The local side of recursive transfers: the existing files, and the local path of a file of the store.</summary>
/// <param name="skipped">Receives links and special files, which are not followed or read.</param>
/// <param name="failed">Receives entries that could not be listed.</param>
internal sealed class LocalTree(Action<string> skipped, Action<string, Exception> failed)
{
    // The character that .NET substitutes for bytes of a name that are not UTF-8.
    private const char Undecodable = '\uFFFD';

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = false,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };

    /// <summary>
    /// The local file for a path of the store. Its segments are joined one by one, so that none can escape from the folder.
    /// </summary>
    internal static string Place(string folder, string remotePath)
    {
        var parts = RemotePath.Parse(remotePath).Segments;
        if (
            OperatingSystem.IsWindows() && parts.Any(p => p.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || p[^1] is '.' or ' ')
        )
            throw new InvalidPathException("The name is not valid for a local file on this system.", remotePath);
        return Path.Join([Path.GetFullPath(folder), .. parts]);
    }

    /// <summary>The path in a store for a local name below a folder.</summary>
    /// <exception cref="InvalidPathException">The name has a backslash, which a store reads as a separator, or breaks
    /// another rule.</exception>
    internal static RemotePath PathOf(string relative) =>
        Path.DirectorySeparatorChar == '/' && relative.Contains('\\', StringComparison.Ordinal)
            ? throw new InvalidPathException(
                "A path in a store must not contain a backslash. Rename the file, or give its path in the store.",
                relative
            )
            : RemotePath.Parse(relative);

    /// <summary>The regular files below a folder.</summary>
    internal IEnumerable<FileInfo> Files(string folder)
    {
        var waiting = new Stack<DirectoryInfo>([new DirectoryInfo(folder)]);
        while (waiting.TryPop(out var current))
        {
            foreach (var entry in Entries(current))
            {
                switch (TypeOf(entry))
                {
                    case LocalFileType.Regular:
                        yield return entry as FileInfo ?? new FileInfo(entry.FullName);
                        break;
                    case LocalFileType.Folder:
                        waiting.Push(entry as DirectoryInfo ?? new DirectoryInfo(entry.FullName));
                        break;
                    case LocalFileType.Link or LocalFileType.Special:
                        skipped(entry.FullName);
                        break;
                }
            }
        }
    }

    private IEnumerable<FileSystemInfo> Entries(DirectoryInfo folder)
    {
        using var entries = Try(folder, () => folder.EnumerateFileSystemInfos("*", Everything).GetEnumerator());
        while (entries is not null && Try(folder, () => entries.MoveNext() ? entries.Current : null) is { } entry)
            yield return entry;
    }

    private LocalFileType? TypeOf(FileSystemInfo entry)
    {
        var type = Try(entry, () => (LocalFileType?)LocalFileTypes.Of(entry));
        if (type is LocalFileType.Missing && entry.Name.Contains(Undecodable, StringComparison.Ordinal))
            failed(entry.FullName, new InvalidPathException("The file name is not valid UTF-8. Rename the file.", entry.FullName));
        return type;
    }

    private T? Try<T>(FileSystemInfo at, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failed(at.FullName, e);
            return default;
        }
    }
}
