namespace RemoteStore.Grains;

/// <summary>
/// The first field of a message header in Orleans 10: flags, direction (bits 16 to 19), kind of response (20 to 23), hops (24 to 31).
/// </summary>
[Flags]
internal enum MessageFlags : uint
{
    SystemMessage = 1 << 0,
    ReadOnly = 1 << 1,
    AlwaysInterleave = 1 << 2,
    Unordered = 1 << 3,
    HasRequestContext = 1 << 4,
    HasInterfaceVersion = 1 << 5,
    HasInterfaceType = 1 << 6,
    HasCacheInvalidation = 1 << 7,
    HasTimeToLive = 1 << 8,
    SuppressKeepAlive = 1 << 10,
    Request = 1 << 16,
    OneWay = 3 << 16,
    Direction = 0xF << 16,
    Hops = 0xFF000000,

    /// <summary>The flags that let a call run outside the turns of its grain.</summary>
    OutOfTurn = ReadOnly | AlwaysInterleave,

    /// <summary>The flags allowed in a client's request.</summary>
    OfClients =
        OutOfTurn
        | Unordered
        | HasRequestContext
        | HasInterfaceVersion
        | HasInterfaceType
        | HasTimeToLive
        | SuppressKeepAlive
        | Direction
        | Hops,
}
