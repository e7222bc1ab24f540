using System.Buffers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>A chunk on its way. Its bytes are kept until they are acknowledged, so that they can be sent again through another silo.</summary>
/// <param name="bytes">A pooled array.</param>
/// <param name="count">How many of its bytes count.</param>
/// <param name="end">The hash of all bytes of the upload up to the last of these.</param>
internal sealed class UploadChunk(byte[] bytes, int count, ulong end)
{
    internal int Count => count;

    internal ulong HashAtEnd => end;

    internal Task Answer { get; set; } = Task.CompletedTask;

    internal Payload ToPayload() => Payload.FromUnowned(bytes.AsMemory(0, count));

    /// <summary>Only after the acknowledgement: a message that was given up may still be read from the array.</summary>
    internal void Acknowledged() => ArrayPool<byte>.Shared.Return(bytes);
}
