namespace RemoteStore.Grains;

/// <summary>A file and, if they are few, the bytes asked for.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.read-reply")]
public sealed record ReadReply
{
    /// <summary>The file that was read.</summary>
    [Id(0)]
    public required WireFile File { get; init; }

    /// <summary>The bytes, which the receiver disposes; null when there are too many for one reply.</summary>
    [Id(1)]
    public Payload? Content { get; init; }
}
