using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>The source of the bytes of one open download. Usable until its first failure.</summary>
internal abstract class DownloadChannel
{
    /// <summary>Opens a download.</summary>
    /// <param name="transfers">The transfers of the connection.</param>
    /// <param name="key">The canonical key.</param>
    /// <param name="read">Range and condition.</param>
    /// <param name="direct">The connections that can carry the bytes in one response instead of calls; null for none.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    internal static async ValueTask<(DownloadChannel Link, WireFile File)> OpenAsync(
        TransferClient transfers,
        string key,
        ReadRequest read,
        DirectConnections? direct,
        CancellationToken cancellationToken
    )
    {
        var request = new DownloadRequest
        {
            Store = transfers.Calls.Store,
            Key = key,
            Read = read,
            ChunkSize = TransferDefaults.ChunkSize,
            Window = TransferDefaults.Window,
        };
        var (grain, reply) = await transfers
            .Calls.OpenTransferAsync<IDownloadGrain, DownloadRequest, DownloadReply>(
                key,
                request,
                static (g, r, t) => g.Begin(r, t),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (direct is null || reply.Direct is not { } offer || direct.IsAtRest(offer))
            return (new ChunkChannel(transfers, grain, key), reply.File);
        if (await TryDirectAsync(transfers, grain, key, direct, offer, cancellationToken).ConfigureAwait(false) is { } link)
            return (link, reply.File);
        // Not by this grain: the port may already have read some of its bytes.
        return await OpenAsync(transfers, key, read, direct: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Requests the first bytes.</summary>
    /// <param name="length">The number of bytes to receive.</param>
    /// <param name="closed">Ends all waiting.</param>
    internal abstract void Start(long length, CancellationToken closed);

    /// <summary>Returns the next chunk. A cancelled wait does not consume it.</summary>
    internal abstract ValueTask<Payload> NextAsync(CancellationToken cancellationToken);

    /// <summary>Discards requested chunks and closes the grain unless it has ended itself.</summary>
    internal abstract ValueTask CloseAsync(bool finished);

    private static async ValueTask<DownloadChannel?> TryDirectAsync(
        TransferClient transfers,
        IDownloadGrain grain,
        string key,
        DirectConnections direct,
        DirectOffer offer,
        CancellationToken cancellationToken
    )
    {
        DownloadChannel? link = null;
        try
        {
            if (await direct.TryGetAsync(offer, cancellationToken).ConfigureAwait(false) is { } response)
                link = await DirectChannel.OpenAsync(transfers, grain, key, response, cancellationToken).ConfigureAwait(false);
            return link;
        }
        finally
        {
            if (link is null)
                await EndAsync(transfers, grain, key).ConfigureAwait(false);
        }
    }

    protected static ValueTask EndAsync(TransferClient transfers, IDownloadGrain grain, string key) =>
        BestEffortCall.RunAsync(transfers.Calls, key, grain, static (g, _) => g.Close());

    protected static async Task DropAsync(Task<Payload> chunk)
    {
        try
        {
            (await chunk.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is RemoteStoreException or OperationCanceledException)
        {
            // No caller waits for it any longer.
        }
    }
}
