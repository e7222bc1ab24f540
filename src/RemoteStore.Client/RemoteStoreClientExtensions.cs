using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using RemoteStore;
using RemoteStore.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the stores of a cluster to an application.</summary>
public static class RemoteStoreClientExtensions
{
    /// <summary>
    /// Adds a connection to a cluster, opened and closed with the host, and its stores. Inject an
    /// <see cref="AsyncStore"/> with the name of the store as its key.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Sets the connection options; null for one silo on this machine.</param>
    /// <exception cref="ArgumentException">An option is missing or out of range.</exception>
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
    /// Adds the stores of the cluster that this process already belongs to, as a silo or through a client of its own.
    /// Inject an <see cref="AsyncStore"/> with the name of the store as its key.
    /// </summary>
    /// <param name="services">The services of the application, including an <see cref="IGrainFactory"/>.</param>
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
