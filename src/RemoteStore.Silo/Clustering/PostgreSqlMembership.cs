using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;

namespace RemoteStore.Silo;

/// <summary>The membership table in PostgreSQL.</summary>
internal static class PostgreSqlMembership
{
    private const string Provider = "Npgsql";
    private const string ApplicationName = "remotestore-silo";

    internal static ISiloBuilder UsePostgreSql(this ISiloBuilder silo, string connectionString)
    {
        silo.Services.AddSingleton(_ => Open(connectionString));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, PostgreSqlTables>();
        return silo.UseAdoNetClustering(
            (OptionsBuilder<AdoNetClusteringSiloOptions> options) =>
                options.Configure<NpgsqlDataSource>((o, source) => (o.Invariant, o.DataSource) = (Provider, source))
        );
    }

    /// <summary>Whether a text is a valid connection string with a host.</summary>
    internal static bool IsConnectionString(string text)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Opens the database with the schema of the tables as search path, so that Orleans' statements find them.</summary>
    internal static NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = PostgreSqlTables.Schema };
        settings.ApplicationName ??= ApplicationName;
        return NpgsqlDataSource.Create(settings);
    }
}
