using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using RemoteStore.Grains;

namespace Orleans.Hosting;

/// <summary>Restricts the calls that clients may make through the gateway of a silo.</summary>
public static class GatewayGuardExtensions
{
    /// <summary>
    /// Allows clients to call the grain interfaces of RemoteStore and the calls that Orleans' own client needs, and
    /// nothing else. Without this guard every client can call the system targets of Orleans; a single such call can
    /// stop a silo. Add TLS, if used, before this call.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Adds grain interfaces of the host; null for none.</param>
    public static ISiloBuilder GuardGateway(this ISiloBuilder builder, Action<GatewayGuardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<ClientConnections>();
        builder.Services.TryAddSingleton<GatewayGuard>();
        builder.Services.AddOptions<GatewayGuardOptions>().Configure(configure ?? (static _ => { }));
        builder
            .Services.AddOptions<SiloConnectionOptions>()
            .Configure<GatewayGuard>(static (connections, guard) => connections.ConfigureGatewayInboundConnection(guard.Guard));
        return builder;
    }
}
