using Npgsql;

namespace RemoteStore.Silo;

/// <summary>Creates or upgrades the membership table in PostgreSQL before Orleans uses it.</summary>
internal sealed partial class PostgreSqlTables(NpgsqlDataSource source, ILogger<PostgreSqlTables> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    internal const string Schema = "remotestore";
    internal const string Script = "postgresql.sql";
    private const int Version = 1;

    // The key of an advisory lock, chosen freely: one silo at a time creates the tables.
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
                    $"{SiloSettings.Section}:{nameof(SiloSettings.ConnectionString)}: "
                        + $"the role has no permission to use or create the schema '{Schema}'; "
                        + $"run {Script} with a role that has it ({e.SqlState})"
                );
            }
        }
    }

    /// <summary>Whether all tables exist in this or a newer version.</summary>
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
        // A lock of the connection and not of a transaction: a transaction that began before the lock would still see no tables.
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

    /// <summary>Runs a script in a transaction.</summary>
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

    [LoggerMessage(1, LogLevel.Information, "Created the membership table in PostgreSQL (schema {Schema}, version {Version})")]
    private static partial void LogMade(ILogger logger, string schema, int version);
}
