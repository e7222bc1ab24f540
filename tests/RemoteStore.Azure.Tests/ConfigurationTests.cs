using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore.AzureBlobs.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public void A_configured_store_is_made_without_any_request()
    {
        using var services = Services(
            new()
            {
                ["Container"] = "files",
                ["AccountName"] = "acc",
                ["AccountKey"] = "c2VjcmV0",
                ["PartSize"] = "1048576",
            }
        );
        var factory = services.GetServices<IBackendFactory>().Single(f => f.Type == "azure");
        var section = services.GetRequiredService<IConfiguration>().GetSection("x");
        Assert.Empty(factory.Validate(section));
        var backend = factory.Create("photos", section, services);
        Assert.Equal("photos", backend.Name);
        Assert.Equal("https://acc.blob.core.windows.net/files/a/b", backend.NativePath("a/b"));
        Assert.Equal("a/b", backend.ToKey(backend.NativePath("a/b")));
    }

    [Theory]
    [InlineData("PartSize", "12", "x:PartSize")]
    [InlineData("Colour", "red", "x:Colour")]
    [InlineData("SasToken", "secret", "x:Credential")]
    [InlineData("ContainerClient", "secret", "x:ContainerClient")]
    public void A_wrong_option_is_named_and_no_value_shown(string key, string value, string named)
    {
        using var services = Services(
            new()
            {
                ["Container"] = "files",
                ["AccountName"] = "acc",
                ["AccountKey"] = "c2VjcmV0",
                [key] = value,
            }
        );
        var factory = services.GetServices<IBackendFactory>().Single(f => f.Type == "azure");
        var fault = Assert.Single(factory.Validate(services.GetRequiredService<IConfiguration>().GetSection("x")));
        Assert.StartsWith(named, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", fault, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(Dictionary<string, string?> options)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(options.Select(o => KeyValuePair.Create($"x:{o.Key}", o.Value)))
            .Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddAzureBackend().BuildServiceProvider();
    }
}
