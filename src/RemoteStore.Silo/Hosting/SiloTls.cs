using Orleans.Configuration;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>Mutual TLS on the ports for silos and clients, if configured.</summary>
internal static class SiloTls
{
    internal static ISiloBuilder UseTls(this ISiloBuilder silo, SiloSettings settings)
    {
        if (!settings.Tls.IsOn)
            return silo;
        silo.Services.AddSingleton(services => new ClusterTls(
            settings.Tls,
            isSilo: true,
            services.GetRequiredService<ILogger<ClusterTls>>()
        )
        {
            IsRefused = services.GetRequiredService<ClientConnections>().IsRefused,
        });
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<ClusterTls>(Encrypt);
        return silo;
    }

    private static void Encrypt(SiloConnectionOptions connections, ClusterTls tls)
    {
        connections.ConfigureSiloOutboundConnection(tls.Open);
        connections.ConfigureSiloInboundConnection(c => tls.Accept(c, silosOnly: true));
        connections.ConfigureGatewayInboundConnection(c => tls.Accept(c, silosOnly: false));
    }
}
