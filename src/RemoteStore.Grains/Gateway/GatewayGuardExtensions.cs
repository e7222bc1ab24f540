using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using RemoteStore.Grains;

namespace Orleans.Hosting;

/// <summary>Limits what clients may do through the gateway of a silo.</summary>
public static class GatewayGuardExtensions
{
    /// <summary>
    /// Lets clients call the grain interfaces of RemoteStore, what Orleans' own client needs, and nothing else: without it every client can
    /// call the system targets of Orleans, and one such call ends a silo. TLS, if any, must be added before.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Adds grain interfaces of the host's own; null for none.</param>
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
