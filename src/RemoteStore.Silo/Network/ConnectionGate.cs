using System.Net;

namespace RemoteStore.Silo;

/// <summary>Counts and limits the connections of one port, in total and per address. Thread-safe.</summary>
/// <param name="port">The name of the port in the log.</param>
/// <param name="limits">The limits.</param>
/// <param name="log">Logs refusals.</param>
internal sealed class ConnectionGate(string port, ConnectionLimits limits, PeerLog log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, PeerAddress> _addresses = [];
    private int _count;

    /// <summary>The number of open connections.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal string Port => port;

    /// <summary>Admits a connection unless there are too many.</summary>
    /// <param name="remote">The remote end point.</param>
    /// <returns>Its address, to be passed to <see cref="Leave"/> when the connection has ended; null when it is refused.</returns>
    internal PeerAddress? TryEnter(EndPoint? remote)
    {
        var ip = AddressOf(remote);
        lock (_lock)
        {
            if (!_addresses.TryGetValue(ip, out var address))
                address = new PeerAddress(ip);
            if (_count < limits.MaxConnections && address.Connections < limits.MaxConnectionsPerAddress)
            {
                _addresses[ip] = address;
                _count++;
                address.Connections++;
                return address;
            }
        }

        var (all, one) = (limits.MaxConnections, limits.MaxConnectionsPerAddress);
        log.Refuse(port, ip, $"too many connections: at most {all} in total and {one} from one address");
        return null;
    }

    internal void Leave(PeerAddress address)
    {
        lock (_lock)
        {
            _count--;
            if (--address.Connections == 0)
                _addresses.Remove(address.Address);
        }
    }

    internal static IPAddress AddressOf(EndPoint? remote) =>
        remote is IPEndPoint ip
            ? ip.Address.IsIPv4MappedToIPv6
                ? ip.Address.MapToIPv4()
                : ip.Address
            : IPAddress.None;
}

/// <summary>The open connections of one address at a port.</summary>
internal sealed class PeerAddress(IPAddress address)
{
    private long _heldBytes;

    internal IPAddress Address => address;

    /// <summary>Guarded by the lock of the gate.</summary>
    internal int Connections { get; set; }

    /// <summary>The bytes of unfinished messages.</summary>
    internal long HeldBytes => Interlocked.Read(ref _heldBytes);

    internal long Hold(long bytes) => Interlocked.Add(ref _heldBytes, bytes);
}
