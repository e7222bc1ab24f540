using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>What the peers of a silo may take of it, at each of its ports.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>The connections of a port.</summary>
    internal int MaxConnections { get; init; } = 1000;

    /// <summary>The connections of a port from one address.</summary>
    internal int MaxConnectionsPerAddress { get; init; } = 250;

    /// <summary>How long a connection may be open without having said who it is.</summary>
    internal TimeSpan HandshakeTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a message may take from its first byte to its last one, and a peer to take what was sent to it.</summary>
    internal TimeSpan MessageTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest message that a client may send: a chunk and what goes with it.</summary>
    internal int MaxClientMessage { get; init; } = MessageLimits.Client;

    /// <summary>The bytes of unfinished messages of all connections of a port; one address may have half of them.</summary>
    internal long MaxHeldBytes { get; init; } = Math.Max(2L * MessageLimits.Body, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    internal static ConnectionLimits From(SiloSettings settings) =>
        new()
        {
            MaxConnections = settings.MaxConnections,
            MaxConnectionsPerAddress = settings.MaxConnectionsPerAddress,
            HandshakeTime = TimeSpan.FromSeconds(settings.HandshakeSeconds),
            MessageTime = TimeSpan.FromSeconds(settings.MessageSeconds),
        };
}
