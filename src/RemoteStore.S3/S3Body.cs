using System.Runtime.InteropServices;

namespace RemoteStore.S3;

/// <summary>The content of one PUT; reopened for each attempt.</summary>
/// <param name="Length">The number of bytes.</param>
/// <param name="OpenAsync">Opens the content; the request disposes the stream.</param>
internal sealed record S3Body(long Length, Func<CancellationToken, Task<Stream>> OpenAsync)
{
    internal static S3Body Of(ReadOnlyMemory<byte> bytes) => new(bytes.Length, _ => Task.FromResult(StreamOf(bytes)));

    internal static Stream StreamOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false, publiclyVisible: true)
            : new MemoryStream(bytes.ToArray(), writable: false);
}
