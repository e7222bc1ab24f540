using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using RemoteStore;
using RemoteStore.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the stores of a cluster to an application.</summary>
public static class RemoteStoreClientExtensions
{
    /// <summary>
    /// Adds a connection to a cluster, opened and closed with the host, and its stores: ask for an <see cref="AsyncStore"/> with the
    /// store's name as key.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">How to reach the cluster; null for one silo on this machine.</param>
    /// <exception cref="ArgumentException">An option is missing or out of its range.</exception>
    public static IServiceCollection AddRemoteStoreClient(
        this IServiceCollection services,
        Action<RemoteStoreClientOptions>? configure = null
    )
    {
        var options = new RemoteStoreClientOptions();
        configure?.Invoke(options);
        options.Validate();
        var tls = options.OpenTls();
        services.TryAddSingleton(options.Limits);
        services.TryAddSingleton(options.TransfersOver(tls));
        services.AddOrleansClient(builder => ClusterConnection.Configure(builder, options, tls));
        return services.AddClusterStores();
    }

    /// <summary>
    /// Adds the stores of the cluster this process already belongs to, as a silo or through a client of its own: ask for an
    /// <see cref="AsyncStore"/> with the store's name as key.
    /// </summary>
    /// <param name="services">The application's services, with an <see cref="IGrainFactory"/> among them.</param>
    public static IServiceCollection AddClusterStores(this IServiceCollection services)
    {
        services.TryAddKeyedSingleton(
            KeyedService.AnyKey,
            static (provider, key) =>
                new ClusterBackend(
                    provider.GetRequiredService<IGrainFactory>(),
                    (string)key!,
                    bulk: null,
                    provider.GetService<ClusterCallLimits>(),
                    provider.GetService<TransferSettings>()
                )
        );
        services.TryAddKeyedSingleton(
            KeyedService.AnyKey,
            static (provider, key) => new AsyncStore(provider.GetRequiredKeyedService<ClusterBackend>(key), leaveOpen: true)
        );
        return services;
    }
}
