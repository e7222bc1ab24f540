namespace RemoteStore.Processes.Tests;

/// <summary>Unknown or incomplete settings stop the real silo, with the key's name and exit code 1.</summary>
public sealed class SettingsTests : ProcessTest
{
    private const string Silo = "--RemoteStore:Silo:";

    [Theory]
    [InlineData("RemoteStore:Silo:ConnectionString: Redis needs a connection string", Silo + "Clustering=Redis", Silo + "AdvertisedAddress=127.0.0.1")]
    [InlineData("RemoteStore:Silo:AdvertisedAddress: Redis needs the IP address", Silo + "Clustering=Redis", Silo + "ConnectionString=127.0.0.1:1")]
    [InlineData("RemoteStore:Silo:AdvertisedAddress: 'pod-1' is no IP address", Silo + "AdvertisedAddress=pod-1")]
    [InlineData("RemoteStore:Silo:Clustering: the value is not one of Standalone, Localhost, Redis.", Silo + "Clustering=Zookeeper")]
    [InlineData("RemoteStore:Silo:Clustering: one of Standalone, Localhost, Redis", Silo + "Clustering=7")]
    [InlineData("RemoteStore:Silo:ConnectionString: is not a StackExchange.Redis", Silo + "Clustering=Redis", Silo + "ConnectionString=pasword=secret")]
    [InlineData("RemoteStore:Silo:ConnectionString: the Redis server does not answer", Silo + "Clustering=Redis", Silo + "AdvertisedAddress=127.0.0.1", Silo + "ConnectionString=127.0.0.1:1,password=secret", Silo + "Stores:main:ReachedByAllSilos=true")]
    [InlineData("RemoteStore:Silo:ClusterId2: unknown option. Did you mean 'ClusterId'?", Silo + "ClusterId2=x")]
    [InlineData("RemoteStore:Silo:Stores:main:CacheLimits: unknown option. Did you mean 'CacheLimit'?", Silo + "Stores:main:CacheLimits=1")]
    [InlineData("RemoteStore:Silo:Otlp:Endpoint: an address that starts with http", Silo + "Otlp:Endpoint=collector:4317")]
    [InlineData("RemoteStore:Silo:ShutdownSeconds: 0 is not within", Silo + "ShutdownSeconds=0")]
    [InlineData("RemoteStore:Silo:HttpAddress: 'all' is no IP address", Silo + "HttpAddress=all")]
    [InlineData("RemoteStore:Silo:PrimarySilo: needs Clustering = Localhost", Silo + "PrimarySilo=127.0.0.1:11111")]
    [InlineData("RemoteStore:Silo:Stores:nowhere: there is no store of that name", Silo + "Stores:nowhere:CacheLimit=1")]
    [InlineData("RemoteStore:Silo:Stores:main:ReachedByAllSilos", Silo + "Clustering=Localhost")]
    [InlineData("RemoteStore:Backends:disk:Rot: unknown option", "--RemoteStore:Backends:disk:Rot=x")]
    public async Task Wrong_settings_stop_the_silo_with_the_key(string message, params string[] arguments)
    {
        await using var silo = SiloProcess.Start(["--data", Folder, .. arguments]);
        var code = await silo.ExitAsync(Token);
        Assert.Contains(message, silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", silo.Output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task Settings_come_from_the_environment()
    {
        var variables = new Dictionary<string, string> { ["RemoteStore__Silo__AdvertisedAddress"] = "nothing", ["RemoteStore__Silo__ClusterId"] = " " };
        await using var silo = SiloProcess.Start(["--data", Folder], variables);
        Assert.Equal(1, await silo.ExitAsync(Token));
        Assert.Contains("RemoteStore:Silo:AdvertisedAddress: 'nothing' is no IP address", silo.Output, StringComparison.Ordinal);
        Assert.Contains("RemoteStore:Silo:ClusterId: an id is needed", silo.Output, StringComparison.Ordinal);
    }
}
