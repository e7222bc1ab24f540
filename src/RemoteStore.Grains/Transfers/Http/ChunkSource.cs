namespace RemoteStore.Grains;

/// <summary>The chunks of a download of this silo, with one chunk of read-ahead.</summary>
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

    /// <summary>Discards the requested chunk, and ends the download unless it was read to the end.</summary>
    internal async ValueTask CloseAsync()
    {
        if (_rest == 0)
            return;
        try
        {
            // First, even if the chunk fails: this also ends reading it.
            await grain.Close().ConfigureAwait(false);
            if (_ahead is { } ahead)
                (await ahead.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is RemoteStoreException or OperationCanceledException or OrleansException or TimeoutException)
        {
            // The download has ended, or the silo is stopping; idle downloads are collected.
        }
    }

    private Task<Payload> Ask(CancellationToken cancellationToken) => grain.ReadChunk(_asked++, cancellationToken).AsTask();
}
