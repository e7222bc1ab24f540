using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Connections;

namespace RemoteStore.Client;

/// <summary>
/// Fails the calls that wait for a response through a gateway whose connection has ended, so that they are retried through another gateway.
/// </summary>
/// <remarks>
/// Orleans lets them wait until <see cref="RemoteStoreClientOptions.ResponseTimeout"/>, since a response might still
/// arrive by another route (dotnet/orleans#5209). The method used here is not public: if a later version of Orleans
/// removes it, calls wait as they do without this handler.
/// </remarks>
internal static class GatewayDisconnectHandler
{
    private static readonly Type? Calls = typeof(IClusterClient).Assembly.GetType("Orleans.Runtime.IRuntimeClient");
    private static readonly MethodInfo? EndThoseTo = Calls?.GetMethod("BreakOutstandingMessagesToSilo", [typeof(SiloAddress)]);

    /// <summary>Watches the connections of a client.</summary>
    /// <param name="connections">The builder of the connections.</param>
    internal static void Watch(IConnectionBuilder connections) =>
        connections.Use(next => connection => WatchAsync(next, connection, connections.ApplicationServices));

    private static async Task WatchAsync(ConnectionDelegate next, ConnectionContext connection, IServiceProvider services)
    {
        // Resolved now, since the services may be disposed when the connection ends.
        var calls = Calls is null ? null : services.GetService(Calls);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            // The silo address of a gateway is the address of its port, with generation 0.
            if (calls is not null && connection.RemoteEndPoint is IPEndPoint gateway)
                EndThoseTo?.Invoke(calls, [SiloAddress.New(gateway, 0)]);
        }
    }
}
