using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// The type <c>azure</c> in the configuration; its options are those of <see cref="AzureBackendOptions"/> that text can give.
/// </summary>
internal sealed class AzureBackendFactory() : BackendFactory<AzureBackendOptions>("azure")
{
    protected override IEnumerable<(string Property, string Fault)> Check(AzureBackendOptions options) => options.Check();

    protected override AsyncBackend Create(string name, AzureBackendOptions options, IServiceProvider services)
    {
        options.Name = name;
        return new AsyncAzureBackend(options, services.GetService<TimeProvider>() ?? TimeProvider.System);
    }
}
