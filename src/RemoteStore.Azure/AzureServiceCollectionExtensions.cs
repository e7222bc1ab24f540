using RemoteStore.AzureBlobs;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the Azure backend for configuration.</summary>
public static class AzureServiceCollectionExtensions
{
    /// <summary>Adds the type <c>azure</c> to the types of configured backends.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddAzureBackend(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddBackendType<AzureBackendFactory>();
    }
}
