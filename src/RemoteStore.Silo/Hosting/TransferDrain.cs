using Microsoft.Extensions.Options;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// The first step of a stop, while the silo is still a full member and answers health requests (as not ready): new
/// transfers are placed in other silos, and running ones get time to complete.
/// </summary>
internal sealed partial class TransferDrain(
    RunningTransfers transfers,
    DirectTransfers direct,
    IOptions<SiloSettings> settings,
    TimeProvider clock,
    ILogger<TransferDrain> logger
) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var drained = transfers.DrainAsync();
        LogStopping(logger, transfers.Count, settings.Value.TransferTime);
        try
        {
            await drained.WaitAsync(settings.Value.TransferTime, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogCut(logger, transfers.Count);
        }

        direct.CutOff();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "Stopping: no longer ready; waiting up to {Limit} for {Count} running transfers")]
    private static partial void LogStopping(ILogger logger, int count, TimeSpan limit);

    [LoggerMessage(2, LogLevel.Warning, "Stopping: interrupting {Count} transfers that did not complete in time")]
    private static partial void LogCut(ILogger logger, int count);
}
