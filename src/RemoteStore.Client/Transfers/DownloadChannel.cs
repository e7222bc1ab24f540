using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>The way the bytes of one open download come. Good until its first failure.</summary>
internal abstract class DownloadChannel
{
    /// <summary>Opens a download.</summary>
    /// <param name="transfers">The connection's transfers.</param>
    /// <param name="key">The canonical key.</param>
    /// <param name="read">Range and condition.</param>
    /// <param name="direct">The connections on which the bytes may come in one piece, outside the calls; null for none.</param>
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
        // Not by this grain: the port may have taken bytes of it already.
        return await OpenAsync(transfers, key, read, direct: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for the first bytes.</summary>
    /// <param name="length">The bytes to come.</param>
    /// <param name="closed">Ends all waiting.</param>
    internal abstract void Start(long length, CancellationToken closed);

    /// <summary>The next chunk. A cancelled wait leaves it where it is.</summary>
    internal abstract ValueTask<Payload> NextAsync(CancellationToken cancellationToken);

    /// <summary>Drops what was asked for, and informs the grain unless it knows.</summary>
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
            // Nobody waits for it any longer.
        }
    }
}
