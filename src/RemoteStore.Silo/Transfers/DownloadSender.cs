using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>Answers a request with the bytes of the open download whose ticket it shows.</summary>
internal sealed partial class DownloadSender(
    DirectTransfers direct,
    AccessControl access,
    IGrainFactory grains,
    TimeProvider clock,
    ILogger<DownloadSender> logger
)
{
    // As long as the download itself is kept when it is idle. The last of it may be on its way after the download has ended.
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

    /// <summary>What fails here, the receiver asks for again by calls, and gets it as a typed error then.</summary>
    private async Task SendAsync(HttpContext context, PendingDownload offered)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, direct.Cut, offered.Ended, late.Token);
        var source = new ChunkSource(grains.GetGrain<IDownloadGrain>(offered.Key), offered.Length);
        try
        {
            // The receiver waits long for bytes, and only shortly for an answer.
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

    [LoggerMessage(1, LogLevel.Debug, "A download was cut; its receiver continues by other ways.")]
    private static partial void LogCut(ILogger logger, Exception exception);
}
