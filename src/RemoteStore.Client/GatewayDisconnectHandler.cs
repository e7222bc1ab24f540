using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Connections;

namespace RemoteStore.Client;

/// <summary>
/// Ends the calls that wait for an answer through a gateway when the connection to it has ended; they are retried through another one then.
/// </summary>
/// <remarks>
/// Orleans lets them wait until <see cref="RemoteStoreClientOptions.ResponseTimeout"/>, since an answer might still come by another way
/// (dotnet/orleans#5209). What ends them is not public: where a later Orleans no longer has it, calls wait as they do without this.
/// </remarks>
internal static class GatewayDisconnectHandler
{
    private static readonly Type? Calls = typeof(IClusterClient).Assembly.GetType("Orleans.Runtime.IRuntimeClient");
    private static readonly MethodInfo? EndThoseTo = Calls?.GetMethod("BreakOutstandingMessagesToSilo", [typeof(SiloAddress)]);

    /// <summary>Watches the connections of a client.</summary>
    /// <param name="connections">Where they are made.</param>
    internal static void Watch(IConnectionBuilder connections) =>
        connections.Use(next => connection => WatchAsync(next, connection, connections.ApplicationServices));

    private static async Task WatchAsync(ConnectionDelegate next, ConnectionContext connection, IServiceProvider services)
    {
        // Asked for now, since the services may be gone at the end.
        var calls = Calls is null ? null : services.GetService(Calls);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            // A gateway's address is that of its port, of generation 0.
            if (calls is not null && connection.RemoteEndPoint is IPEndPoint gateway)
                EndThoseTo?.Invoke(calls, [SiloAddress.New(gateway, 0)]);
        }
    }
}
