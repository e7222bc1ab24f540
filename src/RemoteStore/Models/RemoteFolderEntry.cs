namespace RemoteStore;

/// <summary>A folder in a listing.</summary>
/// <param name="Path">The path, relative to the one who was asked.</param>
public sealed record RemoteFolderEntry(string Path) : RemoteEntry(Path);
