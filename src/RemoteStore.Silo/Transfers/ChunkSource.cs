using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>The chunks of a download of this silo, the next one asked for while one is used.</summary>
internal sealed class ChunkSource(IDownloadGrain grain, long length)
{
    private Task<Payload>? _ahead;
    private long _asked;
    private long _rest = length;

    /// <summary>The next chunk, which the caller disposes; null at the end.</summary>
    internal async ValueTask<Payload?> NextAsync(CancellationToken cancellationToken)
    {
        if (_rest == 0)
            return null;
        _ahead ??= Ask(cancellationToken);
        var chunk = await _ahead.ConfigureAwait(false);
        _rest -= chunk.Length;
        _ahead = _rest > 0 ? Ask(cancellationToken) : null;
        return chunk;
    }

    /// <summary>Drops what was asked for, and ends the download unless all of it was read.</summary>
    internal async ValueTask CloseAsync()
    {
        if (_rest == 0)
            return;
        try
        {
            // First, whatever becomes of the chunk: that ends its reading too.
            await grain.Close().ConfigureAwait(false);
            if (_ahead is { } ahead)
                (await ahead.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is RemoteStoreException or OperationCanceledException or OrleansException or TimeoutException)
        {
            // It has ended, or the silo stops; what is still open is cleaned up when it is idle.
        }
    }

    private Task<Payload> Ask(CancellationToken cancellationToken) => grain.ReadChunk(_asked++, cancellationToken).AsTask();
}
