using RemoteStore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers SFTP servers as a type of backend.</summary>
public static class SftpServiceCollectionExtensions
{
    /// <summary>Adds the type <c>sftp</c>: a <see cref="SftpBackend"/> on dedicated threads, used as an asynchronous backend.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddSftpBackend(this IServiceCollection services) => services.AddBackendType<SftpBackendFactory>();
}
