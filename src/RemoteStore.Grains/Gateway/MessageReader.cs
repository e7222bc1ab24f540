using System.Buffers.Binary;
using System.Numerics;

namespace RemoteStore.Grains;

/// <summary>Reads the primitives of Orleans' wire format from untrusted bytes. No method throws.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal int Position { get; private set; }

    internal bool TryByte(out byte value)
    {
        var got = TryBytes(1, out var one);
        value = got ? one[0] : default;
        return got;
    }

    internal bool TryInt32(out int value)
    {
        var got = TryBytes(sizeof(int), out var four);
        value = got ? BinaryPrimitives.ReadInt32LittleEndian(four) : default;
        return got;
    }

    internal bool TrySkip(int count) => TryBytes(count, out _);

    /// <summary>The number of trailing zero bits in the first byte is the number of bytes that follow it.</summary>
    internal bool TryVariable(out uint value)
    {
        value = 0;
        if (Position >= _bytes.Length)
            return false;
        var count = BitOperations.TrailingZeroCount(0x100U | _bytes[Position]) + 1;
        if (count > 5 || !TryBytes(count, out var taken))
            return false;
        var whole = 0UL;
        for (var i = 0; i < count; i++)
            whole |= (ulong)taken[i] << (8 * i);
        whole >>= count;
        value = unchecked((uint)whole);
        return whole <= uint.MaxValue;
    }

    /// <summary>A length, followed by that many bytes.</summary>
    internal bool TryBlock(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryVariable(out var length) && length <= int.MaxValue && TryBytes((int)length, out value);
    }

    /// <summary>A part of an id: length, hash, bytes.</summary>
    internal bool TryIdPart(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryVariable(out var length)
            && length <= int.MaxValue
            && (length == 0 || (TrySkip(sizeof(int)) && TryBytes((int)length, out value)));
    }

    internal bool TryBytes(int count, out ReadOnlySpan<byte> value)
    {
        if (count < 0 || count > _bytes.Length - Position)
        {
            value = default;
            return false;
        }

        value = _bytes.Slice(Position, count);
        Position += count;
        return true;
    }
}
