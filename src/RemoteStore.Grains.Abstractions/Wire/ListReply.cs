namespace RemoteStore.Grains;

/// <summary>A part of a listing.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.list-reply")]
public sealed record ListReply
{
    /// <summary>The entries.</summary>
    [Id(0)]
    public required WireEntry[] Entries { get; init; }

    /// <summary>Where the listing continues; null at the end.</summary>
    [Id(1)]
    public string? ContinuationToken { get; init; }
}
