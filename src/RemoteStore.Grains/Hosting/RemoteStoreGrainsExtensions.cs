using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RemoteStore.Grains;

namespace Orleans.Hosting;

/// <summary>Adds the grains of RemoteStore to a silo.</summary>
public static class RemoteStoreGrainsExtensions
{
    /// <summary>
    /// Adds the grains. Register an <see cref="ISiloStores"/> as well, or pass the stores here. For the whole silo this configures the
    /// collection of idle grains (every 10 s, and when memory is short, see <see cref="SiloLimits.OwnerMemoryPercent"/>), the message
    /// sizes, and the size of the directory cache.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="stores">The stores to serve; null when the host registers them.</param>
    public static ISiloBuilder AddRemoteStoreGrains(this ISiloBuilder builder, ISiloStores? stores = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRemoteStoreGrains(stores);
        return builder;
    }

    /// <summary>
    /// Adds the grains. Register an <see cref="ISiloStores"/> as well, or pass the stores here. For the whole silo this configures the
    /// collection of idle grains (every 10 s, and when memory is short, see <see cref="SiloLimits.OwnerMemoryPercent"/>), the message
    /// sizes, and the size of the directory cache.
    /// </summary>
    /// <param name="services">The services of the silo.</param>
    /// <param name="stores">The stores to serve; null when the host registers them.</param>
    public static IServiceCollection AddRemoteStoreGrains(this IServiceCollection services, ISiloStores? stores = null)
    {
        if (stores is not null)
            services.TryAddSingleton(stores);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PathGrains>();
        services.TryAddSingleton<AccessControl>();
        services.TryAddSingleton<RunningTransfers>();
        services.TryAddSingleton<DirectTransfers>();
        services.TryAddSingleton<ActiveSilos>();
        services.TryAddSingleton<SiloReaders>();
        services
            .AddOptions<SiloLimits>()
            .Validate(
                static l => l.MaxTransfers > 0 && l.MaxTransferBytes > 0 && l.MaxWaitingPerPath > 0,
                "MaxTransfers, MaxTransferBytes and MaxWaitingPerPath must be at least 1."
            )
            .Validate(
                static l => l.ClientSharePercent is > 0 and <= 100 && l.OwnerMemoryPercent is >= 10 and <= 95 && l.MinTransferRate >= 0,
                "ClientSharePercent must be between 1 and 100, OwnerMemoryPercent between 10 and 95, "
                    + "and MinTransferRate must not be negative."
            );
        services
            .AddOptions<SiloMessagingOptions>()
            .Configure<IOptions<SiloLimits>>(
                static (messaging, limits) => messaging.MaxEnqueuedRequestsHardLimit = limits.Value.MaxWaitingPerPath
            );
        services.TryAddSingleton<EarlyLeaves>();
        services
            .AddOptions<GrainCollectionOptions>()
            .Configure<IOptions<SiloLimits>>(static (options, limits) => OwnerCollection.Configure(options, limits.Value));
        services.Configure<GrainDirectoryOptions>(OwnerCollection.Configure);
        services.Configure<SiloMessagingOptions>(MessageLimits.Configure);
        services.AddPlacementDirector<TransferPlacement, TransferPlacementDirector>();
        return services;
    }
}
