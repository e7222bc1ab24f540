using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Grains;

/// <summary>The open client connections of all ports, and the list of refused certificates. Thread-safe.</summary>
internal sealed partial class ClientConnections(ILogger<ClientConnections> logger)
{
    private readonly ConcurrentDictionary<ConnectionContext, X509Certificate2> _open = new();
    private readonly Dictionary<GrainId, (Principal Principal, int Count)> _clients = [];
    private volatile RefusedCertificates _refused = RefusedCertificates.None;

    internal bool IsRefused(X509Certificate2 certificate) => _refused.Contains(certificate);

    /// <summary>Refuses these certificates from now on and closes their open connections.</summary>
    internal void Refuse(RefusedCertificates refused)
    {
        _refused = refused;
        foreach (var (connection, certificate) in _open)
            CloseIfRefused(connection, certificate);
    }

    /// <summary>Runs a connection. The connection is closed when its certificate becomes refused.</summary>
    internal async Task RunAsync(ConnectionContext connection, X509Certificate2? certificate, Func<Task> run)
    {
        if (certificate is not null)
        {
            _open[connection] = certificate;
            // The list may have changed since the handshake.
            CloseIfRefused(connection, certificate);
        }

        try
        {
            await run().ConfigureAwait(false);
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }

    /// <summary>Whether a principal may use that client id: responses go to the last connection that used it.</summary>
    internal bool TryUse(GrainId client, Principal principal)
    {
        lock (_clients)
        {
            var (owner, count) = _clients.GetValueOrDefault(client, (principal, 0));
            if (owner != principal)
                return false;
            _clients[client] = (principal, count + 1);
            return true;
        }
    }

    internal void EndUse(GrainId client)
    {
        lock (_clients)
        {
            var (principal, count) = _clients[client];
            if (count == 1)
                _clients.Remove(client);
            else
                _clients[client] = (principal, count - 1);
        }
    }

    private void CloseIfRefused(ConnectionContext connection, X509Certificate2 certificate)
    {
        if (!IsRefused(certificate))
            return;
        LogRefused(logger, CertificatePrincipal.NameOf(certificate), certificate.SerialNumber);
        connection.Abort();
    }

    [LoggerMessage(1, LogLevel.Warning, "Closed connection of {Principal}: certificate {Serial} is refused")]
    private static partial void LogRefused(ILogger logger, string principal, string serial);
}
