using System.Collections.Concurrent;

namespace RemoteStore.Silo;

/// <summary>The names of a silo's ports in the log.</summary>
internal static class PortNames
{
    internal const string Silo = "silo";
    internal const string Gateway = "gateway";
    internal const string Transfer = "transfer";
    internal const string Http = "HTTP";
}

/// <summary>The gates of all ports. Each port has its own gate, so a full port does not close the others.</summary>
internal sealed class ConnectionGates(ConnectionLimits limits, PeerLog log)
{
    private readonly ConcurrentDictionary<string, ConnectionGate> _gates = new(StringComparer.Ordinal);

    internal ConnectionGate this[string port] => _gates.GetOrAdd(port, p => new ConnectionGate(p, limits, log));
}
