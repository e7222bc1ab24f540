using System.Buffers.Binary;

namespace RemoteStore.Grains;

/// <summary>
/// The format of chunks on a connection of their own, after an HTTP request for <see cref="Protocol"/> was answered with 101. The
/// sender writes frames, with the chunks in the order of their numbers: 4 bytes with the length of the chunk, at least 1, then
/// the chunk. After applying chunks, the silo writes 8 bytes with the number of chunks applied so far. Numbers are little-endian.
/// </summary>
internal static class UploadFrames
{
    /// <summary>The protocol of the upgrade request (RFC 9110, section 7.8).</summary>
    internal const string Protocol = "remotestore-upload";

    /// <summary>The number of bytes before a chunk.</summary>
    internal const int HeaderLength = 4;

    /// <summary>The number of bytes of an acknowledgement.</summary>
    internal const int AcknowledgementLength = 8;

    internal static void WriteHeader(Span<byte> frame, int length) => BinaryPrimitives.WriteInt32LittleEndian(frame, length);

    internal static int ReadHeader(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header);

    internal static void WriteAcknowledgement(Span<byte> to, long taken) => BinaryPrimitives.WriteInt64LittleEndian(to, taken);

    internal static long ReadAcknowledgement(ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt64LittleEndian(from);
}
