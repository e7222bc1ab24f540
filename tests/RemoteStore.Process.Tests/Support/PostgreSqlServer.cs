using Npgsql;

namespace RemoteStore.Processes.Tests;

/// <summary>A PostgreSQL server in a process of its own, on a loopback port of its own, with an empty database.</summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    internal const string Password = "a-secret-of-the-database";
    private readonly ChildProcess _process;
    private readonly string _folder;

    private PostgreSqlServer(ChildProcess process, string folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    public string ConnectionString => ConnectionStringOf("postgres", Password);

    public static async Task<PostgreSqlServer> StartAsync(CancellationToken cancellationToken = default)
    {
        var script = await ServerScript.InstallAsync("postgresql");
        var folder = Directory.CreateTempSubdirectory("remotestore-postgresql").FullName;
        var port = FreePorts.Next();
        var server = new PostgreSqlServer(ChildProcess.Start(script, ["run", folder, $"{port}", Password]), folder, port);
        try
        {
            await server._process.LineAsync("database system is ready to accept connections", cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string ConnectionStringOf(string role, string password) =>
        $"Host=127.0.0.1;Port={Port};Username={role};Password={password};Database=postgres";

    public async Task RunAsync(string sql, CancellationToken cancellationToken = default)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
