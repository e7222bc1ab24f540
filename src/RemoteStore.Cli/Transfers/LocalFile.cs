namespace RemoteStore.Cli.Transfers;

/// <summary>Gives a finished download its name.</summary>
internal static class LocalFile
{
    /// <summary>
    /// Renames onto the name. Without <paramref name="overwrite"/> the name is claimed first, so that two downloads cannot both win it.
    /// </summary>
    internal static void Publish(string part, string path, bool overwrite)
    {
        if (!overwrite)
            new FileStream(path, FileMode.CreateNew).Dispose();
        new FileInfo(part).MoveTo(path, overwrite: true);
    }
}
