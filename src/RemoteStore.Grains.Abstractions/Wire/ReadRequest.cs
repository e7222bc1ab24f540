namespace RemoteStore.Grains;

/// <summary>A request to read a file.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.read-request")]
public sealed record ReadRequest
{
    /// <summary>The first byte; 0 for the start.</summary>
    [Id(0)]
    public long Offset { get; init; }

    /// <summary>The number of bytes; null for the remainder.</summary>
    [Id(1)]
    public long? Length { get; init; }

    /// <summary>The version that must exist; null for any.</summary>
    [Id(2)]
    public string? IfMatch { get; init; }

    /// <summary>
    /// The version that the caller already has and that need not be sent again; null for none. Only for the whole file;
    /// a silo may ignore it.
    /// </summary>
    [Id(3)]
    public string? IfNoneMatch { get; init; }

    /// <summary>The number of callers' reads that this request represents; 0 for itself.</summary>
    [Id(4)]
    public int Reads { get; init; }

    /// <summary>Converts options to a request.</summary>
    /// <param name="options">The options.</param>
    public static ReadRequest From(ReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options is { Range: null, IfMatch: null }
            ? Whole
            : new ReadRequest
            {
                Offset = options.Range?.Offset ?? 0,
                Length = options.Range?.Length,
                IfMatch = options.IfMatch,
            };
    }

    /// <summary>Converts back to options.</summary>
    public ReadOptions ToOptions() =>
        this is { Offset: 0, Length: null, IfMatch: null }
            ? ReadOptions.Default
            : new ReadOptions { Range = new ByteRange(Offset, Length), IfMatch = IfMatch };

    private static ReadRequest Whole { get; } = new();
}
