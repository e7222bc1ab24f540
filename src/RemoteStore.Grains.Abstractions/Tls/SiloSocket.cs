using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace RemoteStore.Grains;

/// <summary>Connections to a silo's ports in addition to those of Orleans.</summary>
internal static class SiloSocket
{
    /// <summary>Connects, and agrees on TLS if the cluster has it: a silo warns of those that do not.</summary>
    /// <returns>The connection, which the caller disposes.</returns>
    /// <exception cref="SocketException">The port cannot be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">It is not a silo's.</exception>
    internal static async Task<Stream> ConnectAsync(EndPoint endPoint, ClusterTls? tls, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            var connection = new NetworkStream(socket, ownsSocket: true);
            return tls is null ? connection : await EncryptAsync(connection, tls, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Finds out whether the port can be reached, and is a silo's if the cluster has TLS; fails otherwise.</summary>
    internal static async Task ProbeAsync(EndPoint endPoint, ClusterTls? tls, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(endPoint, tls, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // The silo has not yet received the end of the agreement, and warns of connections that end before it: it learns about the end,
            // and ends the connection itself.
            if (connection is SslStream encrypted)
                await EndAsync(encrypted, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task EndAsync(SslStream connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ShutdownAsync().ConfigureAwait(false);
            _ = await connection.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has ended, not in the polite way.
        }
    }

    private static async Task<Stream> EncryptAsync(NetworkStream connection, ClusterTls tls, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(connection);
        await encrypted.AuthenticateAsClientAsync(tls.ToSilo(), cancellationToken).ConfigureAwait(false);
        return encrypted;
    }
}
