using System.Buffers.Binary;
using System.Text;

namespace RemoteStore.Sftp.Protocol;

/// <summary>Builds one request. Its length and its id are filled in when it is sent.</summary>
internal sealed class PacketWriter
{
    private const int LengthSize = 4;
    private const int IdOffset = 5;
    private byte[] _buffer = new byte[128];
    private int _used;

    private PacketWriter(PacketKind kind) => Byte((byte)kind);

    /// <summary>The largest number of data bytes in the reply; 0 for requests whose reply has no data.</summary>
    internal int MaxData { get; init; }

    /// <summary>Whether the server needs disk space to execute the request.</summary>
    internal bool NeedsRoom { get; init; }

    internal static PacketWriter Request(PacketKind kind, int maxData = 0, bool needsRoom = false) =>
        new PacketWriter(kind) { MaxData = maxData, NeedsRoom = needsRoom }.UInt32(0);

    internal static PacketWriter Extended(string name, bool needsRoom = false) =>
        Request(PacketKind.Extended, needsRoom: needsRoom).Text(name);

    /// <summary>The one packet without an id: the version takes its place.</summary>
    internal static PacketWriter Init() => new PacketWriter(PacketKind.Init).UInt32(3);

    internal PacketWriter Byte(byte value)
    {
        Grow(sizeof(byte))[0] = value;
        return this;
    }

    internal PacketWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Grow(sizeof(uint)), value);
        return this;
    }

    internal PacketWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Grow(sizeof(ulong)), value);
        return this;
    }

    internal PacketWriter Bytes(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        value.CopyTo(Grow(value.Length));
        return this;
    }

    internal PacketWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    internal PacketWriter Times(uint accessed, uint modified)
    {
        SftpAttributes.WriteTimes(this, accessed, modified);
        return this;
    }

    internal PacketWriter Mode(uint mode)
    {
        SftpAttributes.WriteMode(this, mode);
        return this;
    }

    internal PacketWriter NoAttributes()
    {
        SftpAttributes.WriteNothing(this);
        return this;
    }

    /// <summary>Completes the packet.</summary>
    /// <param name="id">The id; null for a packet without one.</param>
    /// <param name="payload">The number of following bytes that are not in this buffer.</param>
    internal ReadOnlySpan<byte> Seal(uint? id, int payload)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer, (uint)(_used - LengthSize + payload));
        if (id is { } value)
            BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(IdOffset), value);
        return _buffer.AsSpan(0, _used);
    }

    private Span<byte> Grow(int count)
    {
        _used = Math.Max(_used, LengthSize);
        if (_used + count > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_used + count, _buffer.Length * 2));
        _used += count;
        return _buffer.AsSpan(_used - count, count);
    }
}
