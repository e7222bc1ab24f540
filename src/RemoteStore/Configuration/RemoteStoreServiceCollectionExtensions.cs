using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RemoteStore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers configured stores. Calls accumulate; later ones override.</summary>
public static class RemoteStoreServiceCollectionExtensions
{
    /// <summary>
    /// Adds the stores of the configuration: <see cref="StoreRegistry"/>, and <see cref="AsyncStore"/> and <see cref="Store"/> keyed by the
    /// store's name. The options are validated when the host starts, or else when the registry is first used.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The whole configuration, or its section <c>RemoteStore</c>.</param>
    public static IServiceCollection AddRemoteStore(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        AddCore(services).AddSingleton<IConfigureOptions<RemoteStoreOptions>>(new ConfigureFromSection(configuration));
        return services;
    }

    /// <summary>
    /// Adds stores from code; see <see cref="AddRemoteStore(IServiceCollection, IConfiguration)"/> for what is registered.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddRemoteStore(this IServiceCollection services, Action<RemoteStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddCore(services).Configure(configure);
    }

    /// <summary>Adds a type of backend.</summary>
    /// <typeparam name="TFactory">The factory; a singleton.</typeparam>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddBackendType<TFactory>(this IServiceCollection services)
        where TFactory : class, IBackendFactory
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackendFactory, TFactory>());
        return services;
    }

    private static IServiceCollection AddCore(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RemoteStoreOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RemoteStoreOptions>, RemoteStoreOptionsValidator>());
        services.AddBackendType<MemoryBackendFactory>();
        services.AddBackendType<LocalBackendFactory>();
        services.TryAddSingleton<StoreRegistry>();
        services.TryAddKeyedSingleton(
            KeyedService.AnyKey,
            static (s, key) => s.GetRequiredService<StoreRegistry>().GetAsyncStore(NameOf(key))
        );
        services.TryAddKeyedSingleton(KeyedService.AnyKey, static (s, key) => s.GetRequiredService<StoreRegistry>().GetStore(NameOf(key)));
        return services;
    }

    private static string NameOf(object? key) =>
        key as string ?? throw new ArgumentException("The key of a store must be its name, a string.", nameof(key));
}
