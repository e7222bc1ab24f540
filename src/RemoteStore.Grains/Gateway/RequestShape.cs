using System.Buffers;
using System.Numerics;

namespace RemoteStore.Grains;

/// <summary>
/// Validates the shape of a request. Orleans skips unknown fields and parses type names with unbounded recursion, so a
/// message of a few tens of kilobytes could crash the process. Reads untrusted bytes, without recursion.
/// </summary>
internal static class RequestShape
{
    internal const int MaxDepth = 32;
    private const byte WireType = 0b1110_0000;
    private const byte Schema = 0b0001_1000;
    private const byte FieldId = 0b0000_0111;

    /// <summary>Whether the nesting of fields is shallow, type names are short, and the bytes end with the last field.</summary>
    internal static bool IsFlat(ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        var depth = 0;
        do
        {
            if (!reader.TryRead(out var tag) || !TrySkipField(ref reader, tag, ref depth))
                return false;
        } while (depth > 0);
        return reader.End;
    }

    private static bool TrySkipField(ref SequenceReader<byte> reader, byte tag, ref int depth)
    {
        if ((tag & WireType) == 0b111 << 5)
            return TryEnd(tag, ref depth);
        if (!TrySkipExtendedId(ref reader, tag) || !TrySkipType(ref reader, tag))
            return false;
        return (tag & WireType) switch
        {
            0b000 << 5 or 0b110 << 5 => TryVariable(ref reader, out _),
            0b001 << 5 => ++depth <= MaxDepth,
            0b010 << 5 => TryVariable(ref reader, out var length) && TrySkip(ref reader, length),
            0b011 << 5 => TrySkip(ref reader, sizeof(int)),
            0b100 << 5 => TrySkip(ref reader, sizeof(long)),
            _ => false,
        };
    }

    /// <summary>The end of an object, or only of the part that belongs to its base type.</summary>
    private static bool TryEnd(byte tag, ref int depth) =>
        (tag & Schema) switch
        {
            0b00 << 3 => --depth >= 0,
            0b01 << 3 => depth > 0,
            _ => false,
        };

    private static bool TrySkipExtendedId(ref SequenceReader<byte> reader, byte tag) =>
        (tag & FieldId) != FieldId || TryVariable(ref reader, out _);

    private static bool TrySkipType(ref SequenceReader<byte> reader, byte tag) =>
        (tag & Schema) switch
        {
            0b00 << 3 => true,
            0b10 << 3 => TrySkip(ref reader, 1 + sizeof(int)) && TrySkipName(ref reader),
            _ => TryVariable(ref reader, out _),
        };

    private static bool TrySkipName(ref SequenceReader<byte> reader) =>
        TryVariable(ref reader, out var length) && length <= (ulong)ClientCallList.MaxName && TrySkip(ref reader, length);

    private static bool TrySkip(ref SequenceReader<byte> reader, ulong count)
    {
        if (count > (ulong)reader.Remaining)
            return false;
        reader.Advance((long)count);
        return true;
    }

    /// <summary>The number of leading zero bits is the number of bytes that follow the first: up to nine.</summary>
    private static bool TryVariable(ref SequenceReader<byte> reader, out ulong value)
    {
        value = 0;
        if (!reader.TryRead(out var first))
            return false;
        var zeros = BitOperations.TrailingZeroCount(0x100U | first);
        UInt128 whole = first;
        for (var i = 1; i <= zeros; i++)
        {
            if (!reader.TryRead(out var next))
                return false;
            whole |= (UInt128)next << (8 * i);
            if (first == 0 && i == 1)
                zeros = 8 + BitOperations.TrailingZeroCount(0x100U | next);
            if (zeros > 9)
                return false;
        }

        whole >>= zeros + 1;
        value = (ulong)whole;
        return whole <= ulong.MaxValue;
    }
}
