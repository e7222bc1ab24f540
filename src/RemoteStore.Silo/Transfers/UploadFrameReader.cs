using System.Buffers;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>Hands the chunks of a connection to their upload in this silo, the next one read while one is applied.</summary>
internal sealed class UploadFrameReader(Stream connection, IUploadGrain grain, int chunkSize)
{
    private readonly byte[] _header = new byte[UploadFrames.HeaderLength];
    private readonly byte[] _acknowledgement = new byte[UploadFrames.AcknowledgementLength];
    private long _taken;

    /// <summary>Runs until the sender hangs up, or something fails. The chunk that the grain has is waited for in any case.</summary>
    /// <param name="ended">Ends the waiting for frames; cancelled here when a chunk fails.</param>
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
            throw new InvalidDataException($"A frame of {length} bytes; chunks have 1 to {chunkSize}.");
        // Not returned when the read fails: the connection may still be writing into it.
        var rented = ArrayPool<byte>.Shared.Rent(length);
        await connection.ReadExactlyAsync(rented.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        return Payload.FromRented(rented, length);
    }

    /// <summary>Not cancelled: a chunk that was applied by half would be the end of the upload.</summary>
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
