using System.Buffers.Binary;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>Answers of a server, as they are sent.</summary>
internal static class Packets
{
    internal const uint SizeFlag = 1;
    internal const uint OwnerFlag = 2;
    internal const uint PermissionsFlag = 4;
    internal const uint TimesFlag = 8;

    internal static byte[] Ok(ScriptedRequest request) => Status(request, StatusCode.Ok);

    internal static byte[] Status(ScriptedRequest request, StatusCode code, string? text = null) =>
        Seal(PacketWriter.Request(PacketKind.Status).UInt32((uint)code).Text(text ?? code.ToString()).Text(""), request);

    internal static byte[] Data(ScriptedRequest request, ReadOnlySpan<byte> bytes) =>
        Seal(PacketWriter.Request(PacketKind.Data).Bytes(bytes), request);

    internal static byte[] Names(ScriptedRequest request, IReadOnlyList<(string Name, ScriptedFile File)> names, uint? count = null)
    {
        var packet = PacketWriter.Request(PacketKind.Names).UInt32(count ?? (uint)names.Count);
        foreach (var (name, file) in names)
            Write(packet.Text(name).Text($"long {name}"), file);
        return Seal(packet, request);
    }

    internal static PacketWriter Write(PacketWriter packet, ScriptedFile file) =>
        packet
            .UInt32(SizeFlag | OwnerFlag | PermissionsFlag | TimesFlag)
            .UInt64((ulong)file.Content.Length)
            .UInt32(1000)
            .UInt32(file.Group)
            .UInt32(file.Mode)
            .UInt32(file.LastModified)
            .UInt32(file.LastModified);

    internal static byte[] Seal(PacketWriter packet, ScriptedRequest request) => packet.Seal(request.Id, 0).ToArray();

    internal static byte[] Seal(PacketWriter packet, uint id) => packet.Seal(id, 0).ToArray();

    /// <summary>The packet with its four bytes of an id taken out.</summary>
    internal static byte[] WithoutId(PacketWriter packet)
    {
        var bytes = packet.Seal(0, 0).ToArray();
        byte[] cut = [.. bytes[..5], .. bytes[9..]];
        BinaryPrimitives.WriteInt32BigEndian(cut, cut.Length - sizeof(uint));
        return cut;
    }
}
