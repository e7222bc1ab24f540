namespace RemoteStore.Grains;

/// <summary>The identity of a client. It comes from the connection, never from the data received through it.</summary>
internal sealed class ClientIdentity
{
    /// <summary>The entry for the request context of each call; empty if there is none.</summary>
    internal byte[] Entry { get; init; } = [];

    /// <summary>A request context with only that entry; empty if there is none.</summary>
    internal byte[] Context { get; init; } = [];

    /// <summary>The principal of the client's certificate.</summary>
    internal required Principal Principal { get; init; }
}
