namespace RemoteStore.Drivers;

/// <summary>A file as it is now, and what its backend recorded of the writes that led to it.</summary>
/// <param name="File">The file.</param>
/// <param name="Made">The version that the operation made that was asked for, also if others have replaced it since; null when none is
/// recorded.</param>
/// <param name="KnownSince">
/// From when on every write at this very path is recorded, so that one that is not was not executed; null when writes may be missing. A
/// file that was moved here may be old, so its time says nothing.
/// </param>
internal sealed record VersionRecord(RemoteFileInfo File, RemoteFileInfo? Made, DateTimeOffset? KnownSince)
{
    /// <summary>
    /// The ETags of versions whose next one is recorded: another operation, under the condition on one of them, was not executed.
    /// </summary>
    internal IReadOnlyList<string> Replaced { get; init; } = [];
}
