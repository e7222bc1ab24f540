using System.Net;
using System.Security.Authentication;
using Microsoft.Extensions.Options;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// A silo that reaches neither the membership table nor any other silo is being replaced by those, and nobody can inform it. It ends, so
/// that its callers go to the others and whatever watches it starts it again.
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
    // Together 9 to 18 s, which is what the others need to replace it.
    private const int Limit = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Fails unless a silo can be reached. One that is not agreed with on TLS can: certificates say nothing about the network.
    /// </summary>
    internal static async Task ReachAsync(EndPoint silo, ClusterTls? tls, CancellationToken cancellationToken)
    {
        try
        {
            await SiloSocket.ProbeAsync(silo, tls, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationException)
        {
            // It has answered.
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
        "Neither the membership table nor any other silo can be reached: the others have replaced this silo, so it ends."
    )]
    private static partial void LogIsolated(ILogger logger);
}
