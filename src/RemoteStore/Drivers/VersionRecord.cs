namespace RemoteStore.Drivers;

/// <summary>A file in its current state, and the backend's records of the writes that led to it.</summary>
/// <param name="File">The file.</param>
/// <param name="Made">The version made by the requested operation, even if it has been replaced since; null when none is recorded.</param>
/// <param name="KnownSince">
/// The time since when every write at this path is recorded, so that an operation without a record was not executed; null when records may
/// be missing. A moved file may be older than its time at this path, so its own time is not used.
/// </param>
internal sealed record VersionRecord(RemoteFileInfo File, RemoteFileInfo? Made, DateTimeOffset? KnownSince)
{
    /// <summary>
    /// The ETags of versions whose successor is recorded. Another operation that was conditioned on one of them was not executed.
    /// </summary>
    internal IReadOnlyList<string> Replaced { get; init; } = [];
}
