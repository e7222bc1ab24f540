namespace RemoteStore.Grains;

/// <summary>A request to move or copy a file.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.transfer-request")]
public sealed record MoveCopyRequest
{
    /// <summary>The canonical key of the file.</summary>
    [Id(0)]
    public required string Source { get; init; }

    /// <summary>The canonical key of the destination.</summary>
    [Id(1)]
    public required string Destination { get; init; }

    /// <summary>Whether an existing file may be replaced.</summary>
    [Id(2)]
    public bool Overwrite { get; init; }

    /// <summary>The version of the source that must exist; null for any.</summary>
    [Id(3)]
    public string? IfMatch { get; init; }

    /// <summary>The operation that the call belongs to; null for a call that is never retried.</summary>
    [Id(4)]
    public WireOperation? Operation { get; init; }
}
