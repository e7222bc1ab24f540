namespace RemoteStore;

/// <summary>An entry of a listing: a <see cref="RemoteFileInfo"/> or a <see cref="RemoteFolderEntry"/>. Compared by value.</summary>
/// <param name="Path">The path, relative to the store or backend that was called, which accepts it again.</param>
public abstract record RemoteEntry(string Path)
{
    /// <summary>The last segment of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
