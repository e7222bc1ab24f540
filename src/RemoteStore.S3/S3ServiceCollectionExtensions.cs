using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore;

/// <summary>Registers the type of backend <c>s3</c>.</summary>
public static class S3ServiceCollectionExtensions
{
    /// <summary>Lets configured stores use backends of type <c>s3</c>.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddS3Backend(this IServiceCollection services) => services.AddBackendType<S3BackendFactory>();
}
