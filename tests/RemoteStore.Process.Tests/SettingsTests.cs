using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests;

/// <summary>Unknown or incomplete settings stop the silo, with the key's name and exit code 1.</summary>
public sealed class SettingsTests : ProcessTest
{
    private const string Silo = "--RemoteStore:Silo:";

    [Theory]
    [InlineData("RemoteStore:Silo:ConnectionString: Redis needs a connection string", Silo + "Clustering=Redis", Silo + "AdvertisedAddress=127.0.0.1")]
    [InlineData("RemoteStore:Silo:Clustering: must be one of Standalone, Localhost, Redis, PostgreSql.", Silo + "Clustering=Zookeeper")]
    [InlineData("RemoteStore:Silo:Stores:main:HotReads: -1 is out of range", Silo + "Stores:main:HotReads=-1")]
    [InlineData("RemoteStore:Silo:Stores:main:StagedQuota: 0 is out of range", Silo + "Stores:main:StagedQuota=0")]
    [InlineData("RemoteStore:Silo:Stores:nowhere: there is no store of that name", Silo + "Stores:nowhere:CacheLimit=1")]
    [InlineData("RemoteStore:Backends:disk:Rot: unknown option", "--RemoteStore:Backends:disk:Rot=x")]
    public async Task Wrong_settings_stop_the_process(string message, params string[] arguments)
    {
        await using var silo = SiloProcess.Start(["--data", Folder, .. arguments]);
        var code = await silo.ExitAsync(Token);
        Assert.Contains(message, silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task Settings_come_from_the_environment_and_all_faults_are_told()
    {
        var variables = new Dictionary<string, string> { ["RemoteStore__Silo__AdvertisedAddress"] = "nothing", ["RemoteStore__Silo__ClusterId"] = " " };
        await using var silo = SiloProcess.Start(["--data", Folder], variables);
        Assert.Equal(1, await silo.ExitAsync(Token));
        Assert.Contains("RemoteStore:Silo:AdvertisedAddress: 'nothing' is no IP address", silo.Output, StringComparison.Ordinal);
        Assert.Contains("RemoteStore:Silo:ClusterId: an id is needed", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absent_Redis_server_stops_the_process_and_the_password_is_not_shown()
    {
        string[] arguments = [Silo + "Clustering=Redis", Silo + "AdvertisedAddress=127.0.0.1", Silo + "ConnectionString=127.0.0.1:1,password=secret",
            Silo + "Stores:main:SharedAcrossSilos=true"];
        await using var silo = SiloProcess.Start(["--data", Folder, .. arguments]);
        var code = await silo.ExitAsync(Token);
        Assert.Contains("RemoteStore:Silo:ConnectionString: the Redis server does not answer", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", silo.Output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Theory]
    [InlineData("Tls: the ports listen on other addresses than loopback", "Clustering=Redis", "ConnectionString=127.0.0.1:1", "AdvertisedAddress=10.0.0.7")]
    [InlineData("Access: Rules:a:Store: a store's name is required", "Access:Rules:a:Principal=p", "Access:Rules:a:Verbs=Read")]
    [InlineData("Access: RefusedCertificates:0: exactly one", "Access:RefusedCertificates:0:Serial=")]
    [InlineData("AdvertisedAddress: Redis needs the IP address", "Clustering=Redis", "ConnectionString=127.0.0.1:1")]
    [InlineData("ConnectionString: is not a StackExchange.Redis", "Clustering=Redis", "ConnectionString=pasword=secret")]
    [InlineData("AdvertisedAddress: PostgreSql needs the IP address", "Clustering=PostgreSql", "ConnectionString=Host=127.0.0.1")]
    [InlineData("ConnectionString: PostgreSql needs a connection string", "Clustering=PostgreSql")]
    [InlineData("ConnectionString: is not a connection string of Npgsql", "Clustering=PostgreSql", "ConnectionString=Hots=127.0.0.1;Password=secret")]
    [InlineData("ConnectionString: is not a connection string of Npgsql", "Clustering=PostgreSql", "ConnectionString=Password=secret")]
    [InlineData("Clustering: one of Standalone, Localhost, Redis, PostgreSql", "Clustering=7")]
    [InlineData("ClusterKey: unknown option", "ClusterKey=x")]
    [InlineData("SiloPort: must be a whole number", "SiloPort=secret")]
    [InlineData("SiloPort: 70000 is no port", "SiloPort=70000")]
    [InlineData("TransferPort: 70000 is no port", "TransferPort=70000")]
    [InlineData("ShutdownSeconds: 0 is not within", "ShutdownSeconds=0")]
    [InlineData("MaxTransfers: 0 is less than 1", "MaxTransfers=0")]
    [InlineData("MaxTransferBytes: -1 is less than 1", "MaxTransferBytes=-1")]
    [InlineData("MaxWaitingPerPath: 0 is less than 1", "MaxWaitingPerPath=0")]
    [InlineData("MaxConnections: 0 is not within 1 to 100000", "MaxConnections=0")]
    [InlineData("MaxConnectionsPerAddress: 0 is not within", "MaxConnectionsPerAddress=0")]
    [InlineData("HandshakeSeconds: 31 is not within 1 to 30", "HandshakeSeconds=31")]
    [InlineData("MessageSeconds: 0 is not within 1 to 300", "MessageSeconds=0")]
    [InlineData("OwnerMemoryPercent: 96 is not within 10 to 95", "OwnerMemoryPercent=96")]
    [InlineData("ClientSharePercent: 0 is not within 1 to 100", "ClientSharePercent=0")]
    [InlineData("MinTransferRate: -1 is not within", "MinTransferRate=-1")]
    [InlineData("MaintenanceMinutes: 20000 is not within", "MaintenanceMinutes=20000")]
    [InlineData("HttpAddress: 'all' is no IP address", "HttpAddress=all")]
    [InlineData("PrimarySilo: needs Clustering = Localhost", "PrimarySilo=127.0.0.1:11111")]
    [InlineData("Stores:main:CacheLimits: unknown option. Did you mean 'CacheLimit'?", "Stores:main:CacheLimits=1")]
    [InlineData("Stores:main:ExternalWriters: must be true or false", "Stores:main:ExternalWriters=maybe")]
    [InlineData("Otlp:Endpoint: an address that starts with http", "Otlp:Endpoint=collector:4317")]
    [InlineData("Otlp:Protocol: must be one of Grpc, HttpProtobuf", "Otlp:Protocol=Udp")]
    [InlineData("Otlp:MetricsSeconds: 0 is not within", "Otlp:MetricsSeconds=0")]
    public void Wrong_settings_are_told_by_their_key(string message, params string[] settings)
    {
        var values = settings.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create($"{SiloSettings.Section}:{s[0]}", (string?)s[1]));
        var fault = Assert.Throws<OptionsValidationException>(() => SiloHost.ReadSettings(new ConfigurationBuilder().AddInMemoryCollection(values).Build()));
        Assert.Contains(fault.Failures, f => f.StartsWith($"{SiloSettings.Section}:{message}", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_reach_nested_sections_and_named_stores()
    {
        Dictionary<string, string?> values = new()
        {
            ["RemoteStore:Silo:Otlp:Endpoint"] = "http://127.0.0.1:4318",
            ["RemoteStore:Silo:Stores:main:CacheLimit"] = "7",
            ["RemoteStore:Silo:Stores:other:ExternalWriters"] = "true",
            ["RemoteStore:Silo:Stores:other:MaxCalls"] = "9",
            ["RemoteStore:Silo:MaxTransferBytes"] = "5000000000",
        };
        var settings = SiloHost.ReadSettings(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        Assert.Equal(4318, settings.Otlp.Endpoint!.Port);
        Assert.Equal((9, 5_000_000_000), (settings.Stores["other"].MaxCalls, settings.MaxTransferBytes));
        Assert.Equal((7, true), (settings.Stores["main"].CacheLimit, settings.Stores["other"].ExternalWriters));
    }
}
