using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Grains;

/// <summary>Answers a request with the bytes of the open download whose ticket it presents.</summary>
internal sealed partial class DownloadSender(
    DirectTransfers direct,
    AccessControl access,
    IGrainFactory grains,
    TimeProvider clock,
    ILogger<DownloadSender> logger
)
{
    // As long as an idle download is kept. Its last bytes may still be in flight after it has ended.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    internal async Task SendAsync(HttpContext context)
    {
        if (!context.TryTake(direct.Downloads, out var offered) || !context.IsAdmitted(offered.Opener, access))
            return;
        context.AllowSlowness();
        context.Response.ContentLength = offered.Length;
        context.Response.ContentType = "application/octet-stream";
        await SendAsync(context, offered).ConfigureAwait(false);
    }

    /// <summary>After a failure here the receiver continues by calls, and gets the failure as a typed error.</summary>
    private async Task SendAsync(HttpContext context, PendingDownload offered)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, direct.Cut, offered.Ended, late.Token);
        var source = new ChunkSource(grains.GetGrain<IDownloadGrain>(offered.Key), offered.Length);
        try
        {
            // The receiver has a long timeout for bytes, but a short one for the response.
            await context.Response.BodyWriter.FlushAsync(ended.Token).ConfigureAwait(false);
            while (await source.NextAsync(ended.Token).ConfigureAwait(false) is { } chunk)
            {
                late.CancelAfter(Patience);
                using (chunk)
                    await context.Response.BodyWriter.WriteAsync(chunk.Memory, ended.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (TransferRequests.IsCut(e))
        {
            LogCut(logger, e);
            context.Abort();
        }
        finally
        {
            await source.CloseAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Interrupted a direct download; the receiver resumes by calls or at another silo")]
    private static partial void LogCut(ILogger logger, Exception exception);
}
