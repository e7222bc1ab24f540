using System.Net;
using Orleans.Configuration;

namespace RemoteStore.Silo;

/// <summary>Turns the settings into Orleans' clustering.</summary>
internal static class SiloClustering
{
    internal static ISiloBuilder UseClustering(this ISiloBuilder silo, SiloSettings settings)
    {
        silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, settings.PrimaryEndPoint, settings.ServiceId, settings.ClusterId);
        silo.Configure<EndpointOptions>(o => o.AdvertisedIPAddress = IPAddress.Loopback);
        return silo;
    }
}
