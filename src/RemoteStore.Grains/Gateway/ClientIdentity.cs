namespace RemoteStore.Grains;

/// <summary>Who is at the other end of a connection, by the connection and not by what comes through it.</summary>
internal sealed class ClientIdentity
{
    /// <summary>The entry in the request context of each call; empty for none.</summary>
    internal byte[] Entry { get; init; } = [];

    /// <summary>A request context with that entry alone; empty for none.</summary>
    internal byte[] Context { get; init; } = [];

    /// <summary>Whether this connection may be the client of that id.</summary>
    internal Func<GrainId, bool> TryUse { get; init; } = static _ => true;
}
