using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore.AzureBlobs;

/// <summary>The type <c>azure</c> in the configuration; its options are those of <see cref="AzureBackendOptions"/> that text can give.</summary>
internal sealed class AzureBackendFactory() : BackendFactory<AzureBackendOptions>("azure")
{
    protected override IEnumerable<(string Property, string Fault)> Check(AzureBackendOptions options)
    {
        string? property = null, fault = null;
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            (property, fault) = (e.ParamName, e.Message);
        }

        if (fault is not null)
            yield return (property ?? "", fault);
    }

    protected override AsyncBackend Create(string name, AzureBackendOptions options, IServiceProvider services)
    {
        options.Name = name;
        return new AsyncAzureBackend(options, services.GetService<TimeProvider>() ?? TimeProvider.System);
    }
}
