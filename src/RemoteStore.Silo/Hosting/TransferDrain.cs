using Microsoft.Extensions.Options;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// What happens first when the silo is asked to stop, while it is still a full member and still answers health requests (not ready any
/// longer): new transfers go to other silos, and those that run get time to end.
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

    [LoggerMessage(1, LogLevel.Information, "Stopping: not ready any longer, {Count} running transfers get {Limit}.")]
    private static partial void LogStopping(ILogger logger, int count, TimeSpan limit);

    [LoggerMessage(2, LogLevel.Warning, "Stopping: {Count} transfers had not ended in time and are interrupted.")]
    private static partial void LogCut(ILogger logger, int count);
}
