using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// The type <c>azure</c> of the configuration; its options are those of <see cref="AzureBackendOptions"/> that can be given as text.
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
