using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests;

/// <summary>Unknown or incomplete settings stop the silo, with the key's name and exit code 1.</summary>
public sealed class SettingsTests : ProcessTest
{
    private const string Silo = "--RemoteStore:Silo:";

    [Theory]
    [InlineData(
        "RemoteStore:Silo:ConnectionString: must be set with Clustering = Redis",
        Silo + "Clustering=Redis",
        Silo + "AdvertisedAddress=127.0.0.1"
    )]
    [InlineData("RemoteStore:Silo:Clustering: must be one of Standalone, Localhost, Redis, PostgreSql.", Silo + "Clustering=Zookeeper")]
    [InlineData("RemoteStore:Silo:Stores:main:HotReads: -1 is out of range", Silo + "Stores:main:HotReads=-1")]
    [InlineData("RemoteStore:Silo:Stores:main:StagedQuota: 0 is out of range", Silo + "Stores:main:StagedQuota=0")]
    [InlineData("RemoteStore:Silo:Stores:nowhere: the configuration has no store of that name", Silo + "Stores:nowhere:CacheLimit=1")]
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
    public async Task Settings_come_from_the_environment_and_all_faults_are_reported()
    {
        var variables = new Dictionary<string, string>
        {
            ["RemoteStore__Silo__AdvertisedAddress"] = "nothing",
            ["RemoteStore__Silo__ClusterId"] = " ",
        };
        await using var silo = SiloProcess.Start(["--data", Folder], variables);
        Assert.Equal(1, await silo.ExitAsync(Token));
        Assert.Contains("RemoteStore:Silo:AdvertisedAddress: must be an IP address (was 'nothing')", silo.Output, StringComparison.Ordinal);
        Assert.Contains("RemoteStore:Silo:ClusterId: must not be empty", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absent_Redis_server_stops_the_process_and_the_password_is_not_shown()
    {
        string[] arguments =
        [
            Silo + "Clustering=Redis",
            Silo + "AdvertisedAddress=127.0.0.1",
            Silo + "ConnectionString=127.0.0.1:1,password=secret",
            Silo + "Stores:main:SharedAcrossSilos=true",
        ];
        await using var silo = SiloProcess.Start(["--data", Folder, .. arguments]);
        var code = await silo.ExitAsync(Token);
        Assert.Contains("RemoteStore:Silo:ConnectionString: the Redis server does not answer", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", silo.Output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Theory]
    [InlineData(
        "Tls: must be set, because the ports listen on other addresses than loopback",
        "Clustering=Redis",
        "ConnectionString=127.0.0.1:1",
        "AdvertisedAddress=10.0.0.7"
    )]
    [InlineData("Access: Rules:a:Store: must be the name of a store", "Access:Rules:a:Principal=p", "Access:Rules:a:Verbs=Read")]
    [InlineData("Access: RefusedCertificates:0: exactly one", "Access:RefusedCertificates:0:Serial=")]
    [InlineData(
        "AdvertisedAddress: must be the IP address at which others reach this silo; required with Redis",
        "Clustering=Redis",
        "ConnectionString=127.0.0.1:1"
    )]
    [InlineData("ConnectionString: must be a StackExchange.Redis", "Clustering=Redis", "ConnectionString=pasword=secret")]
    [InlineData(
        "AdvertisedAddress: must be the IP address at which others reach this silo; required with PostgreSql",
        "Clustering=PostgreSql",
        "ConnectionString=Host=127.0.0.1"
    )]
    [InlineData("ConnectionString: must be set with Clustering = PostgreSql", "Clustering=PostgreSql")]
    [InlineData(
        "ConnectionString: must be an Npgsql connection string",
        "Clustering=PostgreSql",
        "ConnectionString=Hots=127.0.0.1;Password=secret"
    )]
    [InlineData("ConnectionString: must be an Npgsql connection string", "Clustering=PostgreSql", "ConnectionString=Password=secret")]
    [InlineData("Clustering: must be one of Standalone, Localhost, Redis, PostgreSql", "Clustering=7")]
    [InlineData("ClusterKey: unknown option", "ClusterKey=x")]
    [InlineData("SiloPort: must be a whole number", "SiloPort=secret")]
    [InlineData("SiloPort: must be between 1 and 65535 (was 70000)", "SiloPort=70000")]
    [InlineData("TransferPort: must be between 0 (any free port) and 65535 (was 70000)", "TransferPort=70000")]
    [InlineData("ShutdownSeconds: must be between 1 and 3600 (was 0)", "ShutdownSeconds=0")]
    [InlineData("MaxTransfers: must be at least 1 (was 0)", "MaxTransfers=0")]
    [InlineData("MaxTransferBytes: must be at least 1 (was -1)", "MaxTransferBytes=-1")]
    [InlineData("MaxWaitingPerPath: must be at least 1 (was 0)", "MaxWaitingPerPath=0")]
    [InlineData("MaxConnections: must be between 1 and 100000 (was 0)", "MaxConnections=0")]
    [InlineData("MaxConnectionsPerAddress: must be between", "MaxConnectionsPerAddress=0")]
    [InlineData("HandshakeSeconds: must be between 1 and 30 (was 31)", "HandshakeSeconds=31")]
    [InlineData("MessageSeconds: must be between 1 and 300 (was 0)", "MessageSeconds=0")]
    [InlineData("OwnerMemoryPercent: must be between 10 and 95 (was 96)", "OwnerMemoryPercent=96")]
    [InlineData("ClientSharePercent: must be between 1 and 100 (was 0)", "ClientSharePercent=0")]
    [InlineData("MinTransferRate: must be between", "MinTransferRate=-1")]
    [InlineData("MaintenanceMinutes: must be between", "MaintenanceMinutes=20000")]
    [InlineData("HttpAddress: must be an IP address (was 'all')", "HttpAddress=all")]
    [InlineData("PrimarySilo: requires Clustering = Localhost", "PrimarySilo=127.0.0.1:11111")]
    [InlineData("Stores:main:CacheLimits: unknown option. Did you mean 'CacheLimit'?", "Stores:main:CacheLimits=1")]
    [InlineData("Stores:main:ExternalWriters: must be true or false", "Stores:main:ExternalWriters=maybe")]
    [InlineData("Otlp:Endpoint: must be an http:// or https:// address", "Otlp:Endpoint=collector:4317")]
    [InlineData("Otlp:Protocol: must be one of Grpc, HttpProtobuf", "Otlp:Protocol=Udp")]
    [InlineData("Otlp:MetricsSeconds: must be between 1 and 3600 (was 0)", "Otlp:MetricsSeconds=0")]
    public void Wrong_settings_are_reported_by_their_key(string message, params string[] settings)
    {
        var values = settings
            .Select(s => s.Split('=', 2))
            .Select(s => KeyValuePair.Create($"{SiloSettings.Section}:{s[0]}", (string?)s[1]));
        var fault = Assert.Throws<OptionsValidationException>(() =>
            SiloHost.ReadSettings(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
        );
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
