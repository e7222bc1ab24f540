using System.Buffers.Binary;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>What can be wrong with an answer: every field of it, its kind, its length, its id, and how often it comes.</summary>
internal static class Corruptions
{
    private const int HeadSize = 9;
    private static readonly uint[] OddNumbers = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];
    private static readonly uint[] OddLengths = [0, 1, 4, (1024 * 1024) + 1, 0xFFFFFFFF];

    internal static IEnumerable<(string Name, Func<byte[]> Bytes)> Of(ScriptedRequest request, byte[] honest) =>
        Lengths(honest).Concat(Fields(honest)).Concat(Kinds(request)).Concat(Statuses(request)).Concat(Order(request, honest));

    private static IEnumerable<(string, Func<byte[]>)> Lengths(byte[] honest)
    {
        for (var length = 5; length < honest.Length; length += 3)
        {
            var cut = length;
            yield return ($"cut to {cut}", () => Resized(honest, cut));
        }

        yield return ("longer", () => Resized(honest, honest.Length + 7));
        foreach (var length in OddLengths)
            yield return ($"length {length}", () => With(honest, 0, length));
    }

    private static IEnumerable<(string, Func<byte[]>)> Fields(byte[] honest)
    {
        for (var offset = HeadSize; offset + sizeof(uint) <= honest.Length; offset += 2)
        {
            var place = offset;
            foreach (var number in OddNumbers)
                yield return ($"{number:x} at {place}", () => With(honest, place, number));
        }
    }

    private static IEnumerable<(string, Func<byte[]>)> Kinds(ScriptedRequest request)
    {
        foreach (var kind in new byte[] { 0, 1, 2, 101, 102, 103, 104, 105, 200, 201, 250 })
        {
            yield return ($"kind {kind} without a body", () => Packets.Seal(PacketWriter.Request((PacketKind)kind), request));
            yield return (
                $"kind {kind} with zeros",
                () => Packets.Seal(PacketWriter.Request((PacketKind)kind).UInt64(0).UInt64(0), request)
            );
            yield return (
                $"kind {kind} with text",
                () => Packets.Seal(PacketWriter.Request((PacketKind)kind).Text("text").Text("text"), request)
            );
        }
    }

    private static IEnumerable<(string, Func<byte[]>)> Statuses(ScriptedRequest request)
    {
        foreach (var code in Enumerable.Range(0, 10).Append(4711))
        {
            yield return ($"status {code}", () => Packets.Status(request, (StatusCode)code));
            yield return (
                $"status {code} without a text",
                () => Packets.Seal(PacketWriter.Request(PacketKind.Status).UInt32((uint)code), request)
            );
        }
    }

    private static IEnumerable<(string, Func<byte[]>)> Order(ScriptedRequest request, byte[] honest)
    {
        yield return ("twice", () => [.. honest, .. honest]);
        yield return ("another id", () => With(honest, 5, request.Id + 1000));
        yield return ("no id", () => With(honest, 5, 0));
        yield return ("a version again", () => [.. Packets.WithoutId(PacketWriter.Request(PacketKind.Version).UInt32(3)), .. honest]);
        yield return ("many names", () => Packets.Names(request, [("x", new ScriptedFile())], uint.MaxValue));
    }

    private static byte[] Resized(byte[] packet, int length)
    {
        var resized = packet.ToArray();
        Array.Resize(ref resized, length);
        return With(resized, 0, (uint)(length - sizeof(uint)));
    }

    private static byte[] With(byte[] packet, int offset, uint number)
    {
        var changed = packet.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(offset), number);
        return changed;
    }
}
