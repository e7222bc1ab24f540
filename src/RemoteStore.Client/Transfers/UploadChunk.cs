using System.Buffers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>A chunk on its way. Its bytes are kept until they are acknowledged, so that they can be sent again through another silo.</summary>
/// <param name="bytes">A pooled array.</param>
/// <param name="count">How many of its bytes count.</param>
/// <param name="end">The hash of all bytes of the upload up to the last of these.</param>
internal sealed class UploadChunk(byte[] bytes, int count, ulong end)
{
    private int _sent;

    internal int Count => count;

    internal ulong HashAtEnd => end;

    internal Task Answer { get; set; } = Task.CompletedTask;

    internal Payload ToPayload()
    {
        _sent++;
        return Payload.FromUnowned(bytes.AsMemory(0, count));
    }

    /// <summary>
    /// Gives the array back. One that was sent twice is left alone: the message that was given up may still be read from it, late, and must carry
    /// these bytes and no others to a silo that comes back to life.
    /// </summary>
    internal void Acknowledged()
    {
        if (_sent == 1)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
