namespace RemoteStore.Grains;

/// <summary>A request to delete a file.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.delete-request")]
public sealed record DeleteRequest
{
    /// <summary>Whether a missing file is no error.</summary>
    [Id(0)]
    public bool IgnoreMissing { get; init; }

    /// <summary>The version that must be there; null for any.</summary>
    [Id(1)]
    public string? IfMatch { get; init; }

    /// <summary>Which operation the call belongs to; null for a call that is never repeated.</summary>
    [Id(2)]
    public WireOperation? Operation { get; init; }
}
