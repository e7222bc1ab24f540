namespace RemoteStore.Grains;

/// <summary>The options of a write.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.write-options")]
public sealed record WireWriteOptions
{
    /// <summary>Whether an existing file may be replaced.</summary>
    [Id(0)]
    public bool Overwrite { get; init; }

    /// <summary>The version that must exist.</summary>
    [Id(1)]
    public string? IfMatch { get; init; }

    /// <summary><c>*</c> to create only.</summary>
    [Id(2)]
    public string? IfNoneMatch { get; init; }

    /// <summary>The user metadata; null for none.</summary>
    [Id(3)]
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>The media type.</summary>
    [Id(4)]
    public string? ContentType { get; init; }

    /// <summary>The operation that the call belongs to; null for a call that is never retried.</summary>
    [Id(5)]
    public WireOperation? Operation { get; init; }

    /// <summary>Converts options to their wire format.</summary>
    /// <param name="options">The options.</param>
    /// <param name="operation">The operation; null for none.</param>
    public static WireWriteOptions From(WriteOptions options, WireOperation? operation = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new WireWriteOptions
        {
            Overwrite = options.Overwrite,
            IfMatch = options.IfMatch,
            IfNoneMatch = options.IfNoneMatch,
            Metadata = WireMetadata.ToWire(options.Metadata),
            ContentType = options.ContentType,
            Operation = operation,
        };
    }

    /// <summary>Converts back to options.</summary>
    public WriteOptions ToOptions() =>
        new()
        {
            Overwrite = Overwrite,
            IfMatch = IfMatch,
            IfNoneMatch = IfNoneMatch,
            Metadata = UserMetadata.From(Metadata),
            ContentType = ContentType,
            OperationId = Operation?.Id,
        };
}
