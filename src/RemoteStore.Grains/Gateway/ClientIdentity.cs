namespace RemoteStore.Grains;

/// <summary>Who is at the other end of a connection, by the connection and not by what comes through it.</summary>
internal sealed class ClientIdentity
{
    /// <summary>The entry in the request context of each call; empty for none.</summary>
    internal byte[] Entry { get; init; } = [];

    /// <summary>A request context with that entry alone; empty for none.</summary>
    internal byte[] Context { get; init; } = [];

    /// <summary>Whose certificate it is.</summary>
    internal required Principal Principal { get; init; }
}
