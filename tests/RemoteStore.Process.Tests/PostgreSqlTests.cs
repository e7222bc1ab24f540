using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests;

/// <summary>Silos that find each other through a real PostgreSQL server.</summary>
public sealed class PostgreSqlTests : ClusterTest
{
    [Fact]
    public async Task Silos_that_start_at_once_make_the_tables_and_one_of_them_is_replaced()
    {
        await using var server = await PostgreSqlServer.StartAsync(Token);
        await using var first = Start(server.ConnectionString);
        await using var second = Start(server.ConnectionString);
        await using var third = Start(server.ConnectionString);
        await Task.WhenAll(first.ReadyAsync(Token), second.ReadyAsync(Token), third.ReadyAsync(Token));
        await using var writer = await first.ConnectAsync(Token);
        await using var reader = await second.ConnectAsync(Token);
        Assert.Equal(3, await ActiveSilosAsync(first));
        await WriteAndReadAsync("before", writer, reader);

        third.Send(Signal.Kill);
        await third.ExitAsync(Token);
        await WriteAndReadAsync("after", writer, reader);
        await UntilActiveAsync(first, 2);

        second.Send(Signal.Terminate);
        Assert.Equal(0, await second.ExitAsync(Token));
        Assert.Equal(1, await ActiveSilosAsync(first));
        Assert.Single(
            [first, second, third],
            s => s.Output.Contains("Created the membership table in PostgreSQL", StringComparison.Ordinal)
        );
        Assert.All([first, second, third], s => Assert.DoesNotContain(PostgreSqlServer.Password, s.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_role_that_may_make_nothing_needs_the_tables()
    {
        await using var server = await PostgreSqlServer.StartAsync(Token);
        await server.RunAsync("CREATE ROLE silo LOGIN PASSWORD 'another-secret'", Token);
        var connection = server.ConnectionStringOf("silo", "another-secret");
        await using (var silo = Start(connection))
        {
            Assert.Equal(1, await silo.ExitAsync(Token));
            Assert.Contains(
                "RemoteStore:Silo:ConnectionString: the role has no permission to use or create the schema 'remotestore'; run "
                    + "postgresql.sql with a role that has it (42501)",
                silo.Output,
                StringComparison.Ordinal
            );
            Assert.DoesNotContain("another-secret", silo.Output, StringComparison.Ordinal);
        }

        await server.RunAsync(
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", "RemoteStore.Silo", "Clustering", "postgresql.sql"), Token),
            Token
        );
        await server.RunAsync(
            "GRANT USAGE ON SCHEMA remotestore TO silo; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA remotestore TO silo",
            Token
        );
        await using var served = Start(connection);
        await served.ReadyAsync(Token);
        await using var client = await served.ConnectAsync(Token);
        await WriteAndReadAsync("a", client, client);
    }

    [Fact]
    public async Task A_server_that_refuses_or_is_not_there_stops_the_silo()
    {
        await using var server = await PostgreSqlServer.StartAsync(Token);
        await RefusedAsync(server.ConnectionStringOf("postgres", "wrong-secret"), "the PostgreSQL server refused access (28P01)");
        await RefusedAsync($"Host=127.0.0.1;Port={FreePorts.Next()};Password=wrong-secret", "the PostgreSQL server does not answer");
    }

    [Fact]
    public async Task Of_changes_over_one_version_one_wins()
    {
        await using var server = await PostgreSqlServer.StartAsync(Token);
        await using var source = PostgreSqlMembership.Open(server.ConnectionString);
        var tables = new PostgreSqlTables(source, NullLogger<PostgreSqlTables>.Instance);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tables.EnsureAsync(Token)));
        using var host = new HostBuilder().UseOrleans(s => s.UseLocalhostClustering().UsePostgreSql(server.ConnectionString)).Build();
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, Token);

        var version = (await table.ReadAllAsync(Token)).Version;
        var inserted = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => table.InsertRowAsync(Silo(i), version.Next(), Token)));
        Assert.Single(inserted, i => i);
        var all = await table.ReadAllAsync(Token);
        var (entry, tag) = Assert.Single(all.Members);
        Assert.Equal(1, all.Version.Version);
        Assert.False(await table.InsertRowAsync(entry, all.Version.Next(), Token));

        entry.Status = SiloStatus.Active;
        var updated = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => table.UpdateRowAsync(entry, tag, all.Version.Next(), Token)));
        Assert.Single(updated, u => u);
        all = await table.ReadAllAsync(Token);
        Assert.Equal((2, SiloStatus.Active), (all.Version.Version, Assert.Single(all.Members).Item1.Status));
        Assert.False(await table.UpdateRowAsync(Silo(77), tag, all.Version.Next(), Token));
        Assert.Equal(2, (await table.ReadRowAsync(Silo(77).SiloAddress, Token)).Version.Version);
    }

    [Fact]
    public async Task What_a_silo_wrote_is_read_and_the_dead_are_swept()
    {
        await using var server = await PostgreSqlServer.StartAsync(Token);
        await using var source = PostgreSqlMembership.Open(server.ConnectionString);
        await new PostgreSqlTables(source, NullLogger<PostgreSqlTables>.Instance).EnsureAsync(Token);
        using var host = new HostBuilder().UseOrleans(s => s.UseLocalhostClustering().UsePostgreSql(server.ConnectionString)).Build();
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, Token);
        for (var i = 0; i < 3; i++)
            Assert.True(await table.InsertRowAsync(Silo(i), (await table.ReadAllAsync(Token)).Version.Next(), Token));
        var dead = Silo(1);
        dead.Status = SiloStatus.Dead;
        dead.AddSuspector(Silo(0).SiloAddress, Began.UtcDateTime.AddSeconds(5));
        dead.IAmAliveTime = Began.UtcDateTime.AddSeconds(9);
        var version = (await table.ReadAllAsync(Token)).Version;
        Assert.True(await table.UpdateRowAsync(dead, version.VersionEtag, version.Next(), Token));

        var read = Assert.Single((await table.ReadRowAsync(dead.SiloAddress, Token)).Members).Item1;
        Assert.Equal(
            (dead.SiloAddress, dead.SiloName, dead.HostName, dead.Status, dead.ProxyPort, dead.StartTime, dead.IAmAliveTime),
            (read.SiloAddress, read.SiloName, read.HostName, read.Status, read.ProxyPort, read.StartTime, read.IAmAliveTime)
        );
        Assert.Equal(dead.SuspectTimes, read.SuspectTimes);
        var alive = Silo(2);
        alive.IAmAliveTime = Began.UtcDateTime.AddMinutes(1);
        await table.UpdateIAmAliveAsync(alive, Token);
        Assert.Equal(alive.IAmAliveTime, Assert.Single((await table.ReadRowAsync(alive.SiloAddress, Token)).Members).Item1.IAmAliveTime);

        await table.CleanupDefunctSiloEntriesAsync(Began.AddSeconds(8), Token);
        Assert.Equal(3, (await table.ReadAllAsync(Token)).Members.Count);
        await table.CleanupDefunctSiloEntriesAsync(Began.AddHours(1), Token);
        Assert.Equal(
            [Silo(0).SiloAddress, Silo(2).SiloAddress],
            (await table.ReadAllAsync(Token)).Members.Select(m => m.Item1.SiloAddress).Order()
        );
        await table.DeleteMembershipTableEntriesAsync(host.Services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId, Token);
        await using var count = source.CreateCommand("SELECT count(*) FROM remotestore.silo");
        Assert.Equal(0L, await count.ExecuteScalarAsync(Token));
    }

    private static DateTimeOffset Began { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static MembershipEntry Silo(int number) =>
        new()
        {
            SiloAddress = SiloAddress.New(System.Net.IPAddress.Loopback, 1000 + number, 7),
            SiloName = $"silo-{number}",
            HostName = "host",
            Status = SiloStatus.Joining,
            ProxyPort = 2000 + number,
            StartTime = Began.UtcDateTime,
            IAmAliveTime = Began.UtcDateTime,
        };

    private SiloProcess Start(string connection) => SiloProcess.Start(environment: Settings(connection, "PostgreSql"));

    private async Task RefusedAsync(string connection, string fault)
    {
        await using var silo = Start(connection);
        Assert.Equal(1, await silo.ExitAsync(Token));
        Assert.Contains($"RemoteStore:Silo:ConnectionString: {fault}", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", silo.Output, StringComparison.Ordinal);
    }

    private static async Task WriteAndReadAsync(string folder, Client.RemoteStoreClient writer, Client.RemoteStoreClient reader)
    {
        for (var i = 0; i < 20; i++)
        {
            await writer.GetStore("main").WriteAsync($"{folder}/{i}", Bytes(i), cancellationToken: Token);
            Assert.Equal(Bytes(i), await reader.GetStore("main").ReadBytesAsync($"{folder}/{i}", cancellationToken: Token));
        }
    }
}
