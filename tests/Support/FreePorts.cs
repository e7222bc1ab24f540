using System.Net;
using System.Net.Sockets;

namespace RemoteStore.Tests;

/// <summary>Loopback ports that nobody listens on, each handed out once in this process.</summary>
/// <remarks>
/// They lie below the range that systems take the ports of outgoing connections from (32768 on Linux, 49152 by RFC 6335, section 6): a port
/// that the system itself has chosen may be somebody's connection by the time that the server it was meant for listens. scripts/lib.sh
/// hands out 24000 to 31999.
/// </remarks>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int End = 24_000;
    private static readonly HashSet<int> Given = [];

    internal static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            lock (Given)
            {
                if (IsFree(port) && Given.Add(port))
                    return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
