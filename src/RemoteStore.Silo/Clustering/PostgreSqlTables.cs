using Npgsql;

namespace RemoteStore.Silo;

/// <summary>Makes the membership table in PostgreSQL, or brings it up to date, before Orleans asks for it.</summary>
internal sealed partial class PostgreSqlTables(NpgsqlDataSource source, ILogger<PostgreSqlTables> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    internal const string Schema = "remotestore";
    internal const string Script = "postgresql.sql";
    private const int Version = 1;

    // Any number will do that nothing else in the database locks; one silo at a time makes the tables.
    private const long Turn = 0x52656D6F746553;

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(PostgreSqlTables), ServiceLifecycleStage.First, EnsureAsync);

    internal async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                if (!await IsMadeAsync(connection, cancellationToken).ConfigureAwait(false))
                    await MakeAsync(connection, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new SiloRefusedException(
                    $"{SiloSettings.Section}:{nameof(SiloSettings.ConnectionString)}: the role may not use or make the schema "
                        + $"'{Schema}': run {Script} as one that may ({e.SqlState})"
                );
            }
        }
    }

    /// <summary>Whether all is there, in this version or a newer one.</summary>
    private static async Task<bool> IsMadeAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await AskAsync(connection, $"SELECT to_regclass('{Schema}.orleansquery') IS NOT NULL", cancellationToken).ConfigureAwait(false)
            is true
        && await AskAsync(
                connection,
                $"SELECT querytext::integer FROM {Schema}.orleansquery WHERE querykey = 'RemoteStoreSchema'",
                cancellationToken
            )
            .ConfigureAwait(false)
            is int
                and >= Version;

    private async Task MakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Of the connection, and not of a transaction: one that began before its turn would continue seeing no tables.
        await AskAsync(connection, $"SELECT pg_advisory_lock({Turn})", cancellationToken).ConfigureAwait(false);
        try
        {
            if (await IsMadeAsync(connection, cancellationToken).ConfigureAwait(false))
                return;
            await RunAsync(connection, await ScriptAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            LogMade(logger, Schema, Version);
        }
        finally
        {
            await AskAsync(connection, $"SELECT pg_advisory_unlock({Turn})", CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Runs all of a script or nothing.</summary>
    private static async Task RunAsync(NpgsqlConnection connection, string script, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await AskAsync(connection, script, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(text, connection);
        await using (command.ConfigureAwait(false))
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> ScriptAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(typeof(PostgreSqlTables).Assembly.GetManifestResourceStream(Script)!);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Information, "The membership table in PostgreSQL was made (schema {Schema}, version {Version})")]
    private static partial void LogMade(ILogger logger, string schema, int version);
}
