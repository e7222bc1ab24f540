namespace RemoteStore;

/// <summary>Reads the caller's content, synchronously for the sync API. Exceptions of the content pass unmapped.</summary>
internal readonly struct ContentSource(Stream stream, bool synchronous)
{
    internal ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        StreamIO.ReadAsync(stream, buffer, synchronous, cancellationToken);

    /// <summary>Fills the buffer as far as the content allows.</summary>
    internal async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var count = await ReadAsync(buffer[filled..], cancellationToken).ConfigureAwait(false);
            if (count == 0)
                break;
            filled += count;
        }

        return filled;
    }
}
