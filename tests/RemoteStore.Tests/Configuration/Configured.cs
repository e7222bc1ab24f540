using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore.Tests.Configuration;

/// <summary>Service providers from JSON, with the probe type known.</summary>
internal static class Configured
{
    internal static IConfigurationRoot Json(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    internal static ServiceProvider Services(
        IConfiguration configuration,
        ProbeFactory? probe = null,
        Action<IServiceCollection>? more = null
    )
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IBackendFactory>(probe ?? new ProbeFactory());
        services.AddRemoteStore(configuration);
        more?.Invoke(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    internal static ServiceProvider Services(string json, ProbeFactory? probe = null) => Services(Json(json), probe);
}
