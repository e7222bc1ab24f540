using System.Net;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// Logs violations by peers at most once a minute for each address and port, so that a peer cannot fill the disk. Thread-safe.
/// </summary>
internal sealed partial class PeerLog(TimeProvider clock, ILogger<PeerLog> logger)
{
    private readonly OncePerMinute<(string Port, IPAddress Address)> _once = new(clock);

    internal void Refuse(string port, IPAddress address, string reason)
    {
        if (_once.TryEnter((port, address), out var suppressed))
            LogRefused(logger, port, address, reason, suppressed);
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Closed a connection to the {Port} port from {Address}: {Reason}. " + "{Suppressed} more were not logged within the last minute"
    )]
    private static partial void LogRefused(ILogger logger, string port, IPAddress address, string reason, int suppressed);
}
