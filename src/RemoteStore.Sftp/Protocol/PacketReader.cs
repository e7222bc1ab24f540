using System.Buffers.Binary;

namespace RemoteStore.Sftp.Protocol;

/// <summary>Reads the fields of a reply. Malformed fields throw <see cref="ProtocolException"/>.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> packet)
{
    private ReadOnlySpan<byte> _rest = packet;

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong)));

    internal ReadOnlySpan<byte> Bytes()
    {
        var length = UInt32();
        return length <= (uint)_rest.Length ? Take((int)length) : throw TooShort();
    }

    internal void Skip(int count) => Take(count);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw TooShort();
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static ProtocolException TooShort() => new("A packet of the server ends in the middle of a field.");
}
