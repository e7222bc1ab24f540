namespace RemoteStore.Cli.Transfers;

/// <summary>Renames a completed download to its final name.</summary>
internal static class LocalFile
{
    /// <summary>
    /// Renames to the final name. Without <paramref name="overwrite"/> the name is reserved first, so that only one of
    /// two downloads can get it.
    /// </summary>
    internal static void Publish(string part, string path, bool overwrite)
    {
        if (!overwrite)
            new FileStream(path, FileMode.CreateNew).Dispose();
        new FileInfo(part).MoveTo(path, overwrite: true);
    }
}
