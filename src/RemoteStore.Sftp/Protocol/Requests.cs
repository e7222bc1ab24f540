namespace RemoteStore.Sftp.Protocol;

/// <summary>The requests of version 3 that are used, and the extensions of OpenSSH (its file PROTOCOL, section 4).</summary>
internal static class Requests
{
    internal static PacketWriter Stat(string path) => PacketWriter.Request(PacketKind.Stat).Text(path);

    internal static PacketWriter Stat(byte[] handle) => PacketWriter.Request(PacketKind.HandleStat).Bytes(handle);

    internal static PacketWriter LinkStat(string path) => PacketWriter.Request(PacketKind.LinkStat).Text(path);

    internal static PacketWriter ReadLink(string path) => PacketWriter.Request(PacketKind.ReadLink).Text(path);

    /// <summary>
    /// Creates a symbolic link unless the name is taken. OpenSSH expects the text before the name, contrary to the draft.
    /// </summary>
    internal static PacketWriter SymLink(string text, string path) =>
        PacketWriter.Request(PacketKind.SymLink, needsRoom: true).Text(text).Text(path);

    internal static PacketWriter SetTimes(string path, uint time) => SetTimes(path, time, time);

    internal static PacketWriter SetTimes(string path, uint accessed, uint modified) =>
        PacketWriter.Request(PacketKind.SetStat).Text(path).Times(accessed, modified);

    internal static PacketWriter SetMode(string path, uint mode) => PacketWriter.Request(PacketKind.SetStat).Text(path).Mode(mode);

    /// <param name="path">The file.</param>
    /// <param name="modes">The modes of opening.</param>
    /// <param name="mode">The permissions of a created file, reduced by the server's umask; null for the server's default.</param>
    internal static PacketWriter Open(string path, OpenModes modes, uint? mode = null)
    {
        var request = PacketWriter.Request(PacketKind.Open, needsRoom: modes.HasFlag(OpenModes.Create)).Text(path).UInt32((uint)modes);
        return mode is { } permissions ? request.Mode(permissions) : request.NoAttributes();
    }

    internal static PacketWriter Close(byte[] handle) => PacketWriter.Request(PacketKind.Close).Bytes(handle);

    internal static PacketWriter Read(byte[] handle, long offset, int count) =>
        PacketWriter.Request(PacketKind.Read, maxData: count).Bytes(handle).UInt64((ulong)offset).UInt32((uint)count);

    /// <summary>The header of a write; the bytes are sent after it.</summary>
    internal static PacketWriter Write(byte[] handle, long offset, int count) =>
        PacketWriter.Request(PacketKind.Write, needsRoom: true).Bytes(handle).UInt64((ulong)offset).UInt32((uint)count);

    internal static PacketWriter OpenFolder(string path) => PacketWriter.Request(PacketKind.OpenFolder).Text(path);

    internal static PacketWriter ReadFolder(byte[] handle) => PacketWriter.Request(PacketKind.ReadFolder).Bytes(handle);

    internal static PacketWriter Remove(string path) => PacketWriter.Request(PacketKind.Remove).Text(path);

    internal static PacketWriter MakeFolder(string path) =>
        PacketWriter.Request(PacketKind.MakeFolder, needsRoom: true).Text(path).NoAttributes();

    internal static PacketWriter RemoveFolder(string path) => PacketWriter.Request(PacketKind.RemoveFolder).Text(path);

    /// <summary>Renames; fails when the new name is taken.</summary>
    internal static PacketWriter Rename(string from, string to) => PacketWriter.Request(PacketKind.Rename).Text(from).Text(to);

    /// <summary>Renames like rename(2): an existing file of the new name is replaced.</summary>
    internal static PacketWriter ReplacingRename(string from, string to) =>
        PacketWriter.Extended(ServerFeatures.PosixRename).Text(from).Text(to);

    internal static PacketWriter HardLink(string from, string to) =>
        PacketWriter.Extended(ServerFeatures.HardLink, needsRoom: true).Text(from).Text(to);

    internal static PacketWriter Sync(byte[] handle) => PacketWriter.Extended(ServerFeatures.Fsync, needsRoom: true).Bytes(handle);

    internal static PacketWriter Limits() => PacketWriter.Extended(ServerFeatures.Limits);

    internal static PacketWriter CopyData(byte[] from, long offset, long count, byte[] to) =>
        PacketWriter
            .Extended(ServerFeatures.CopyData, needsRoom: true)
            .Bytes(from)
            .UInt64((ulong)offset)
            .UInt64((ulong)count)
            .Bytes(to)
            .UInt64((ulong)offset);
}
