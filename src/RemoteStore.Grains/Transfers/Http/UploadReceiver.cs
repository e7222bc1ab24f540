using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Grains;

/// <summary>Receives the chunks of the open upload whose ticket a request presents.</summary>
internal sealed partial class UploadReceiver(
    DirectTransfers direct,
    AccessControl access,
    IGrainFactory grains,
    ILogger<UploadReceiver> logger
)
{
    internal static bool IsFor(HttpContext context) =>
        context.Request.Headers.Upgrade == UploadFrames.Protocol
        && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    internal async Task ReceiveAsync(HttpContext context)
    {
        if (!context.TryTake(direct.Uploads, out var offered))
            return;
        try
        {
            if (!context.IsAdmitted(offered.Opener, access))
                return;
            await ReceiveAsync(context, offered).ConfigureAwait(false);
        }
        catch (Exception e) when (TransferRequests.IsCut(e))
        {
            LogCut(logger, e);
            context.Abort();
        }
        finally
        {
            offered.Leave();
        }
    }

    /// <summary>After a failure here the sender continues by calls, and gets the failure as a typed error.</summary>
    private async Task ReceiveAsync(HttpContext context, PendingUpload offered)
    {
        context.AllowSlowness();
        context.Response.Headers.Upgrade = UploadFrames.Protocol;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, direct.Cut, offered.Ended);
        var connection = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            await new UploadFrameReader(connection, grains.GetGrain<IUploadGrain>(offered.Key), offered.ChunkSize)
                .RunAsync(ended)
                .ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Debug, "Interrupted a direct upload; the sender resumes by calls or at another silo")]
    private static partial void LogCut(ILogger logger, Exception exception);
}
