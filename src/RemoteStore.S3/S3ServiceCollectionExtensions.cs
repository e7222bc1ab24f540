using RemoteStore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the type of backend <c>s3</c>.</summary>
public static class S3ServiceCollectionExtensions
{
    /// <summary>Adds the type <c>s3</c> to the types of configured backends.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddS3Backend(this IServiceCollection services) => services.AddBackendType<S3BackendFactory>();
}
