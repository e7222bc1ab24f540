using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Fencing;

/// <summary>A recorded move.</summary>
/// <param name="Version">The version that is moved.</param>
/// <param name="Number">The number of its record.</param>
/// <param name="Dated">The attributes of the record, whose time is the server's.</param>
internal sealed record RecordedMove(FileVersion Version, int Number, Reply Dated);
