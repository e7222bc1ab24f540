using System.Net;
using System.Security.Authentication;
using Microsoft.Extensions.Options;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// Stops an isolated silo. A silo that reaches neither the membership table nor any other silo is being replaced by the
/// others and cannot be notified of that. It stops, so that its clients use other silos and its supervisor restarts it.
/// </summary>
internal sealed partial class IsolationGuard(
    IServiceProvider services,
    IClusterMembershipService membership,
    ILocalSiloDetails self,
    IOptions<SiloSettings> settings,
    TimeProvider clock,
    ILogger<IsolationGuard> logger
) : BackgroundService
{
    // In total 9 to 18 s, which is the time in which the others replace it.
    private const int Limit = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Throws unless a silo can be reached. A failed TLS handshake counts as reached: certificates say nothing about the network.
    /// </summary>
    internal static async Task ReachAsync(EndPoint silo, ClusterTls? tls, CancellationToken cancellationToken)
    {
        try
        {
            await SiloSocket.ProbeAsync(silo, tls, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationException)
        {
            // The silo has responded.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Value.NeedsTable)
            return;
        var table = services.GetRequiredService<IMembershipTable>();
        for (
            var failures = 0;
            failures < Limit;
            failures = await IsIsolatedAsync(table, stoppingToken).ConfigureAwait(false) ? failures + 1 : 0
        )
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(false);
        LogIsolated(logger);
        Environment.Exit(1);
    }

    private async Task<bool> IsIsolatedAsync(IMembershipTable table, CancellationToken cancellationToken)
    {
        var others = membership
            .CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(self.SiloAddress))
            .Select(m => m.SiloAddress.Endpoint)
            .ToArray();
        if (others.Length == 0)
            return false;
        var tls = services.GetService<ClusterTls>();
        var asked = others
            .Select(o => RespondsAsync(t => ReachAsync(o, tls, t), cancellationToken))
            .Append(RespondsAsync(t => table.ReadAllAsync(t), cancellationToken));
        return !(await Task.WhenAll(asked).ConfigureAwait(false)).Contains(true);
    }

    private async Task<bool> RespondsAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await ask(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Critical,
        "Stopping: neither the membership table nor any other silo can be reached, so the others have replaced this silo"
    )]
    private static partial void LogIsolated(ILogger logger);
}
