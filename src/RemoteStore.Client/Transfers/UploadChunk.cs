using System.Buffers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// A chunk in flight. Its bytes are kept until they are acknowledged, so that they can be resent, also through another silo.
/// </summary>
/// <param name="frame">An array of <see cref="Rent"/>.</param>
/// <param name="count">The number of bytes after the frame header.</param>
/// <param name="end">The hash of all bytes of the upload up to the end of this chunk.</param>
internal sealed class UploadChunk(byte[] frame, int count, ulong end)
{
    private int _sent;

    internal int Count => count;

    internal ulong HashAtEnd => end;

    internal Task Answer { get; set; } = Task.CompletedTask;

    /// <summary>
    /// A pooled array for the bytes of a chunk. The frame header has space before them, so that it needs no separate write.
    /// </summary>
    internal static byte[] Rent() => ArrayPool<byte>.Shared.Rent(UploadFrames.HeaderLength + TransferDefaults.ChunkSize);

    /// <summary>The position of bytes in an array of <see cref="Rent"/>.</summary>
    internal static Memory<byte> Part(byte[] frame, int start, int length) => frame.AsMemory(UploadFrames.HeaderLength + start, length);

    /// <summary>Counts an attempt to send, before its bytes are read.</summary>
    internal void Sending() => _sent++;

    internal Payload ToPayload() => Payload.FromUnowned(Part(frame, 0, count));

    internal ReadOnlyMemory<byte> ToFrame()
    {
        UploadFrames.WriteHeader(frame, count);
        return frame.AsMemory(0, UploadFrames.HeaderLength + count);
    }

    /// <summary>
    /// Returns the array to the pool. An array that was sent twice is not returned: the message of the abandoned
    /// attempt may still be serialized from it, and must not carry other bytes to a silo that resumes.
    /// </summary>
    internal void Acknowledged()
    {
        if (_sent == 1)
            ArrayPool<byte>.Shared.Return(frame);
    }
}
