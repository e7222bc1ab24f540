namespace RemoteStore;

/// <summary>What a listing yields: a <see cref="RemoteFileInfo"/> or a <see cref="RemoteFolderEntry"/>. Compared by value.</summary>
/// <param name="Path">The path, relative to the one who was asked; it can be fed back.</param>
public abstract record RemoteEntry(string Path)
{
    /// <summary>The last segment of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
