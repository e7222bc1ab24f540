using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Fencing;

/// <summary>A move that was recorded.</summary>
/// <param name="Version">What is moved.</param>
/// <param name="Number">The number of its record.</param>
/// <param name="Dated">The record's facts, whose time is the server's.</param>
internal sealed record RecordedMove(FileVersion Version, int Number, Reply Dated);
