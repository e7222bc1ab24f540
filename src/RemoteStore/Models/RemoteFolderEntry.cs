namespace RemoteStore;

/// <summary>A folder in a listing.</summary>
/// <param name="Path">The path, relative to the store or backend that was called.</param>
public sealed record RemoteFolderEntry(string Path) : RemoteEntry(Path);
