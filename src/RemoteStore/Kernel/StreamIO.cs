using System.Runtime.InteropServices;

namespace RemoteStore;

/// <summary>One way to read a stream for both APIs: the sync API reads synchronously, so its task has always completed.</summary>
internal static class StreamIO
{
    /// <summary>The size of the blocks in which content is transferred: 128 KiB.</summary>
    internal const int BlockSize = 128 * 1024;

    internal static ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, bool synchronous, CancellationToken cancellationToken) =>
        synchronous ? new ValueTask<int>(Read(stream, buffer)) : stream.ReadAsync(buffer, cancellationToken);

    internal static ValueTask DisposeAsync(Stream stream, bool synchronous)
    {
        if (!synchronous)
            return stream.DisposeAsync();
        stream.Dispose();
        return default;
    }

    /// <summary>Fills the buffer from a backend's stream; content that ends early is a transient failure.</summary>
    internal static async ValueTask ReadExactlyOrThrowAsync(
        this RemoteReadStream stream,
        Memory<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        var filled = await new ContentSource(stream, synchronous: false).FillAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (filled < buffer.Length)
            throw EndedEarly(stream, buffer.Length - filled);
    }

    internal static RemoteStoreException EndedEarly(RemoteReadStream stream, int missing) =>
        new($"The content ended {missing} bytes early.", stream.Info.Path) { IsTransient = true };

    // Streams that pass the buffer to asynchronous code need an array: a span would have to be copied.
    private static int Read(Stream stream, Memory<byte> buffer) =>
        MemoryMarshal.TryGetArray<byte>(buffer, out var array)
            ? stream.Read(array.Array!, array.Offset, array.Count)
            : stream.Read(buffer.Span);
}
