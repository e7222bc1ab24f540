namespace RemoteStore.Drivers;

/// <summary>A file as it is now, and what its backend recorded of the write that made it.</summary>
/// <param name="File">The file.</param>
/// <param name="IsOwn">Whether the operation that was asked for made it.</param>
/// <param name="IsMadeHere">
/// Whether it was certainly written at this very path, so that its time is the time of the last change of the path. A file that was moved here may be old.
/// </param>
internal sealed record VersionRecord(RemoteFileInfo File, bool IsOwn, bool IsMadeHere);
