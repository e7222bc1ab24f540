using System.Net;
using Orleans.Configuration;
using StackExchange.Redis;

namespace RemoteStore.Silo;

/// <summary>Configures Orleans' clustering from the settings.</summary>
internal static class SiloClustering
{
    internal static ISiloBuilder UseClustering(this ISiloBuilder silo, SiloSettings settings)
    {
        silo.Configure<ClusterMembershipOptions>(SiloMembership.Tune);
        if (!settings.NeedsTable)
            return silo.UseLocalhostClustering(
                settings.SiloPort,
                settings.GatewayPort,
                settings.PrimaryEndPoint,
                settings.ServiceId,
                settings.ClusterId
            );
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (settings.ClusterId, settings.ServiceId));
        // By default the gateway stops immediately, and calls in flight to it lose their responses.
        silo.Configure<SiloMessagingOptions>(o => o.ClientGatewayShutdownNotificationTimeout = settings.GatewayNotice);
        silo.ConfigureEndpoints(
            IPAddress.Parse(settings.AdvertisedAddress!),
            settings.SiloPort,
            settings.GatewayPort,
            listenOnAnyHostAddress: !IPAddress.IsLoopback(settings.ReachableAddress)
        );
        var table = settings.ConnectionString!.Reveal();
        return settings.Clustering == ClusteringMode.PostgreSql
            ? silo.UsePostgreSql(table)
            : silo.UseRedisClustering(o => o.ConfigurationOptions = ConfigurationOptions.Parse(table));
    }
}
