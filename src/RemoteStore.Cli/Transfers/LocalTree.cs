namespace RemoteStore.Cli.Transfers;

/// <summary>The local side of recursive transfers: which files there are, and where a file of the store may be written.</summary>
internal static class LocalTree
{
    /// <summary>The regular files below a folder. Links and special files are told to <paramref name="skipped"/> and not followed.</summary>
    internal static IEnumerable<FileInfo> Files(string folder, Action<string> skipped)
    {
        var root = new DirectoryInfo(folder);
        var options = new EnumerationOptions { RecurseSubdirectories = false, AttributesToSkip = 0, IgnoreInaccessible = false };
        var waiting = new Stack<DirectoryInfo>([root]);
        while (waiting.TryPop(out var current))
        {
            foreach (var entry in current.EnumerateFileSystemInfos("*", options))
            {
                if (entry.LinkTarget is not null || (entry is FileInfo && !IsRegular(entry)))
                    skipped(entry.FullName);
                else if (entry is DirectoryInfo sub)
                    waiting.Push(sub);
                else
                    yield return (FileInfo)entry;
            }
        }
    }

    /// <summary>The local file for a path of the store; its segments are joined one by one, so that none can lead out of the folder.</summary>
    internal static string Place(string folder, string remotePath)
    {
        var parts = RemotePath.Parse(remotePath).Parts;
        if (OperatingSystem.IsWindows() && parts.Any(p => p.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || p[^1] is '.' or ' '))
            throw new InvalidPathException("The name cannot be a local file here.", remotePath);
        return Path.Join([Path.GetFullPath(folder), .. parts]);
    }

    private static bool IsRegular(FileSystemInfo entry) => (entry.Attributes & FileAttributes.Device) == 0;
}
