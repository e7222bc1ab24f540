using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using StackExchange.Redis;

namespace RemoteStore.Silo;

/// <summary>Explains why the silo did not start, for failures that the operator can correct; null for all others.</summary>
internal static class StartFailure
{
    internal static IEnumerable<string>? Describe(Exception exception) =>
        exception switch
        {
            OptionsValidationException options => options.Failures,
            AggregateException { InnerExceptions: [var only] } => Describe(only),
            SiloRefusedException or FormatException or InvalidDataException or FileNotFoundException => [exception.Message],
            RemoteStoreException store => [store.Message],
            RedisConnectionException redis =>
            [
                $"{SiloSettings.Section}:{nameof(SiloSettings.ConnectionString)}: the Redis server does not answer ({redis.FailureType})",
            ],
            PostgresException postgres =>
            [
                $"{SiloSettings.Section}:{nameof(SiloSettings.ConnectionString)}: the PostgreSQL server refused access "
                    + $"({postgres.SqlState})",
            ],
            NpgsqlException => [$"{SiloSettings.Section}:{nameof(SiloSettings.ConnectionString)}: the PostgreSQL server does not answer"],
            SocketException or IOException { InnerException: SocketException or Microsoft.AspNetCore.Connections.AddressInUseException } =>
            [
                $"A port cannot be opened: {exception.Message} (see --silo-port, --gateway-port, --http-port, --transfer-port)",
            ],
            _ => exception.InnerException is { } inner ? Describe(inner) : null,
        };
}

/// <summary>The silo must not run with this configuration; the message names the key to change.</summary>
internal sealed class SiloRefusedException(string message) : Exception(message);
