namespace RemoteStore.Grains;

/// <summary>A wish to hold a path for an operation on two of them.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.hold-request")]
public sealed record HoldRequest
{
    /// <summary>Who holds.</summary>
    [Id(0)]
    public Guid Holder { get; init; }

    /// <summary>When the hold ends at the latest, and until when to wait for it.</summary>
    [Id(1)]
    public DateTimeOffset Deadline { get; init; }

    /// <summary>The version that must be there; null for any.</summary>
    [Id(2)]
    public string? IfMatch { get; init; }
}
