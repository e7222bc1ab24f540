using System.Buffers;

namespace RemoteStore.Grains;

/// <summary>Passes the chunks of a connection to their upload in this silo, reading the next one while one is applied.</summary>
internal sealed class UploadFrameReader(Stream connection, IUploadGrain grain, int chunkSize)
{
    private readonly byte[] _header = new byte[UploadFrames.HeaderLength];
    private readonly byte[] _acknowledgement = new byte[UploadFrames.AcknowledgementLength];
    private long _taken;

    /// <summary>
    /// Runs until the sender closes the connection or a failure occurs. Always waits for the chunk that the grain is applying.
    /// </summary>
    /// <param name="ended">Ends the wait for frames; cancelled here when a chunk fails.</param>
    internal async Task RunAsync(CancellationTokenSource ended)
    {
        var taking = Task.CompletedTask;
        try
        {
            while (await NextAsync(ended.Token).ConfigureAwait(false) is { } chunk)
            {
                await taking.ConfigureAwait(false);
                taking = TakeAsync(chunk, ended);
            }
        }
        finally
        {
            await taking.ConfigureAwait(false);
        }
    }

    private async ValueTask<Payload?> NextAsync(CancellationToken cancellationToken)
    {
        if (
            await connection.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)
            < _header.Length
        )
            return null;
        var length = UploadFrames.ReadHeader(_header);
        if (length < 1 || length > chunkSize)
            throw new InvalidDataException($"A chunk must have 1 to {chunkSize} bytes (was {length}).");
        // Not returned when the read fails: the connection may still be writing into it.
        var rented = ArrayPool<byte>.Shared.Rent(length);
        await connection.ReadExactlyAsync(rented.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        return Payload.FromRented(rented, length);
    }

    /// <summary>Not cancellable: a partly applied chunk would end the upload.</summary>
    private async Task TakeAsync(Payload chunk, CancellationTokenSource ended)
    {
        try
        {
            await grain.WriteChunk(_taken, chunk, CancellationToken.None).ConfigureAwait(false);
            UploadFrames.WriteAcknowledgement(_acknowledgement, ++_taken);
            await connection.WriteAsync(_acknowledgement, ended.Token).ConfigureAwait(false);
        }
        catch
        {
            await ended.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
