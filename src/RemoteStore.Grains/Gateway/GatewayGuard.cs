using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Connections.Security;

namespace RemoteStore.Grains;

/// <summary>
/// Filters the traffic between the gateway and its clients. A connection that sends a message not allowed for clients
/// is closed before Orleans reads any of that message. The gateway of Orleans itself forwards every message to the
/// target, and with the sender, that the message names. Thread-safe.
/// </summary>
internal sealed partial class GatewayGuard(
    IServiceProvider services,
    ClientConnections connections,
    TimeProvider clock,
    ILogger<GatewayGuard> logger
)
{
    private static readonly Counter<long> Refused = RemoteStoreDiagnostics.Meter.CreateCounter<long>(
        "remotestore.gateway.refused",
        "{connection}",
        "Client connections closed because of a forbidden message, by reason."
    );

    // Limits the size of the log: repetitions within a minute are logged at Debug.
    private readonly OncePerMinute<(IPAddress Address, string Reason)> _once = new(clock);

    // Resolved lazily: the rules need the silo's address, which is not yet known when the connection options are created.
    private readonly Lazy<GatewayRules> _rules = new(() => ActivatorUtilities.CreateInstance<GatewayRules>(services));

    internal void Guard(IConnectionBuilder connections) => connections.Use(next => context => RunAsync(context, next));

    private Task RunAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var certificate = context.Features.Get<ITlsConnectionFeature>()?.RemoteCertificate;
        return connections.RunAsync(
            context,
            certificate,
            () => RunAsync(context, _rules.Value.IdentityOf(CertificatePrincipal.Of(certificate)), next)
        );
    }

    private async Task RunAsync(ConnectionContext context, ClientIdentity identity, ConnectionDelegate next)
    {
        var transport = context.Transport;
        using var messages = new ClientMessages(_rules.Value, identity, connections);
        context.Transport = new GuardedTransport(
            new GuardedReader(transport.Input, messages, reason => Refuse(context, messages, reason)),
            transport.Output
        );
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            context.Transport = transport;
        }
    }

    private void Refuse(ConnectionContext context, ClientMessages messages, string reason)
    {
        Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
        var isFirst = _once.TryEnter(((context.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None, reason), out var suppressed);
        LogRefused(logger, isFirst ? LogLevel.Warning : LogLevel.Debug, messages.Client, reason, context.RemoteEndPoint, suppressed);
    }

    private sealed record GuardedTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    [LoggerMessage(
        EventId = 1,
        Message = "Closed connection of {Client}: forbidden message ({Reason}) from {EndPoint}. "
            + "{Suppressed} more from its address were logged at Debug within the last minute"
    )]
    private static partial void LogRefused(
        ILogger logger,
        LogLevel level,
        GrainId? client,
        string reason,
        EndPoint? endPoint,
        int suppressed
    );
}
