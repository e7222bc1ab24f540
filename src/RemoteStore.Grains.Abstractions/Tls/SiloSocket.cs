using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace RemoteStore.Grains;

/// <summary>Connections to a silo's ports other than those of Orleans.</summary>
internal static class SiloSocket
{
    /// <summary>Connects, and negotiates TLS if the cluster uses it: a silo logs a warning for connections that do not.</summary>
    /// <returns>The connection, which the caller disposes.</returns>
    /// <exception cref="SocketException">The port cannot be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The peer is not a silo.</exception>
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

    /// <summary>Checks that the port can be reached and, if the cluster uses TLS, is a silo's; throws otherwise.</summary>
    internal static async Task ProbeAsync(EndPoint endPoint, ClusterTls? tls, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(endPoint, tls, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // The silo has not finished the handshake yet, and logs a warning for connections that end before that. So
            // the end is announced, and the silo closes the connection.
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
            // The connection ended without a proper close.
        }
    }

    private static async Task<Stream> EncryptAsync(NetworkStream connection, ClusterTls tls, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(connection);
        await encrypted.AuthenticateAsClientAsync(tls.ToSilo(), cancellationToken).ConfigureAwait(false);
        return encrypted;
    }
}
