namespace RemoteStore.Grains;

/// <summary>A request to delete a file.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.delete-request")]
public sealed record DeleteRequest
{
    /// <summary>Whether a missing file is not an error.</summary>
    [Id(0)]
    public bool IgnoreMissing { get; init; }

    /// <summary>The version that must exist; null for any.</summary>
    [Id(1)]
    public string? IfMatch { get; init; }

    /// <summary>The operation that the call belongs to; null for a call that is never retried.</summary>
    [Id(2)]
    public WireOperation? Operation { get; init; }
}
