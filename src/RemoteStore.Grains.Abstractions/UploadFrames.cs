using System.Buffers.Binary;

namespace RemoteStore.Grains;

/// <summary>
/// How chunks go over a connection of their own, after an HTTP request for <see cref="Protocol"/> was answered with 101. The sender writes
/// frames, the chunks in the order of their numbers: 4 bytes with the chunk's length, from 1 on, then the chunk. The silo writes, when
/// chunks were taken, 8 bytes with the number of those taken so far. Numbers have their lowest byte first.
/// </summary>
internal static class UploadFrames
{
    /// <summary>What the request asks to change to (RFC 9110, section 7.8).</summary>
    internal const string Protocol = "remotestore-upload";

    /// <summary>The bytes before a chunk.</summary>
    internal const int HeaderLength = 4;

    /// <summary>The bytes of an acknowledgement.</summary>
    internal const int AcknowledgementLength = 8;

    internal static void WriteHeader(Span<byte> frame, int length) => BinaryPrimitives.WriteInt32LittleEndian(frame, length);

    internal static int ReadHeader(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header);

    internal static void WriteAcknowledgement(Span<byte> to, long taken) => BinaryPrimitives.WriteInt64LittleEndian(to, taken);

    internal static long ReadAcknowledgement(ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt64LittleEndian(from);
}
