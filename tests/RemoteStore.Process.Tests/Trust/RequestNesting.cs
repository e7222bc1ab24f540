using System.Buffers.Binary;

namespace RemoteStore.Processes.Tests;

/// <summary>Gives a request an argument that its receiver does not know, of objects within objects.</summary>
internal static class RequestNesting
{
    internal const int TooDeep = 34;

    // An object as field 1 after the last known one; the end of an object.
    private const byte Begin = (0b001 << 5) | 1;
    private const byte End = 0b111 << 5;

    internal static byte[] Nest(byte[] frame, int depth)
    {
        byte[] nested = [.. Enumerable.Repeat(Begin, depth - 1), .. Enumerable.Repeat(End, depth - 1)];
        byte[] result = [.. frame[..^1], .. nested, End];
        BinaryPrimitives.WriteInt32LittleEndian(
            result.AsSpan(sizeof(int)),
            BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(sizeof(int))) + nested.Length
        );
        return result;
    }
}
