using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>The resources that peers may use at each port of a silo.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>The largest number of connections of a port.</summary>
    internal int MaxConnections { get; init; } = 1000;

    /// <summary>The largest number of connections of a port from one address.</summary>
    internal int MaxConnectionsPerAddress { get; init; } = 250;

    /// <summary>How long a connection may be open without having identified itself.</summary>
    internal TimeSpan HandshakeTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The timeout for receiving a whole message, and for a peer to read the bytes sent to it.</summary>
    internal TimeSpan MessageTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest message that a client may send, in bytes: a chunk and its metadata.</summary>
    internal int MaxClientMessage { get; init; } = MessageLimits.Client;

    /// <summary>The bytes of unfinished messages of all connections of a port; one address may use half of them.</summary>
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
