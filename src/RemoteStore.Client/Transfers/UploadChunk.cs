using System.Buffers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// A chunk on its way. Its bytes are kept until they are acknowledged, so that they can be sent again, also through another silo.
/// </summary>
/// <param name="frame">An array of <see cref="Rent"/>.</param>
/// <param name="count">How many bytes it has after the header of its frame.</param>
/// <param name="end">The hash of all bytes of the upload up to the last of these.</param>
internal sealed class UploadChunk(byte[] frame, int count, ulong end)
{
    private int _sent;

    internal int Count => count;

    internal ulong HashAtEnd => end;

    internal Task Answer { get; set; } = Task.CompletedTask;

    /// <summary>
    /// A pooled array for the bytes of a chunk. Before them there is room for the header of a frame, so that it needs no write of its own.
    /// </summary>
    internal static byte[] Rent() => ArrayPool<byte>.Shared.Rent(UploadFrames.HeaderLength + TransferDefaults.ChunkSize);

    /// <summary>The place of bytes in an array of <see cref="Rent"/>.</summary>
    internal static Memory<byte> Part(byte[] frame, int start, int length) => frame.AsMemory(UploadFrames.HeaderLength + start, length);

    /// <summary>Counts a sending, before its bytes are asked for.</summary>
    internal void Sending() => _sent++;

    internal Payload ToPayload() => Payload.FromUnowned(Part(frame, 0, count));

    internal ReadOnlyMemory<byte> ToFrame()
    {
        UploadFrames.WriteHeader(frame, count);
        return frame.AsMemory(0, UploadFrames.HeaderLength + count);
    }

    /// <summary>
    /// Gives the array back. One that was sent twice is left alone: the message that was given up may still be read from it, late, and must
    /// carry these bytes and no others to a silo that comes back to life.
    /// </summary>
    internal void Acknowledged()
    {
        if (_sent == 1)
            ArrayPool<byte>.Shared.Return(frame);
    }
}
