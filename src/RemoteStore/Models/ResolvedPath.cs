namespace RemoteStore;

/// <summary>Where a path leads, determined without I/O. Contains no credential.</summary>
/// <param name="Kind">The kind of backend, for example <c>local</c>.</param>
/// <param name="Backend">The backend's name.</param>
/// <param name="Key">The canonical key; empty for the root.</param>
/// <param name="NativePath">The backend's own name for it.</param>
public sealed record ResolvedPath(string Kind, string Backend, string Key, string NativePath);
