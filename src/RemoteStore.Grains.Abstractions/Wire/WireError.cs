namespace RemoteStore.Grains;

/// <summary>The wire format of a <see cref="RemoteStoreException"/>. Inner exceptions are not sent: they may contain secrets.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.error")]
public readonly record struct WireError
{
    /// <summary>The kind of error.</summary>
    [Id(0)]
    public int Kind { get; init; }

    /// <summary>What happened.</summary>
    [Id(1)]
    public string Detail { get; init; }

    /// <summary>The path, relative to the store.</summary>
    [Id(2)]
    public string? Path { get; init; }

    /// <summary>The name of the backend.</summary>
    [Id(3)]
    public string? Backend { get; init; }

    /// <summary>The backend's own code.</summary>
    [Id(4)]
    public string? NativeCode { get; init; }

    /// <summary>Whether a retry may succeed.</summary>
    [Id(5)]
    public bool IsTransient { get; init; }

    /// <summary>The delay before a retry.</summary>
    [Id(6)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The flags of the missing capability.</summary>
    [Id(7)]
    public int Capability { get; init; }

    /// <summary>Whether the call was certainly not executed.</summary>
    [Id(8)]
    public bool RefusedBeforeExecution { get; init; }

    /// <summary>One of <see cref="ErrorCodes"/>.</summary>
    [Id(9)]
    public string? Code { get; init; }

    /// <summary>Converts an error to its wire format.</summary>
    /// <param name="error">The error.</param>
    public static WireError From(RemoteStoreException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new WireError
        {
            Kind = (int)error.Kind,
            Detail = error.Detail,
            Path = error.Path,
            Backend = error.Backend,
            Code = error.Code,
            NativeCode = error.NativeCode,
            IsTransient = error.IsTransient,
            RetryAfter = error.RetryAfter,
            Capability = (int)((error as CapabilityNotSupportedException)?.Capability ?? default),
            RefusedBeforeExecution = error.RefusedBeforeExecution,
        };
    }

    /// <summary>Converts back to the exception type; a kind of a later version becomes the base type.</summary>
    public RemoteStoreException ToException() => RemoteStoreException.Create((RemoteErrorKind)Kind, Detail, Path, Backend, null, Details);

    private ErrorDetails Details =>
        new()
        {
            Code = Code,
            NativeCode = NativeCode,
            IsTransient = IsTransient,
            RetryAfter = RetryAfter,
            Capability = (Capability)Capability,
            RefusedBeforeExecution = RefusedBeforeExecution,
        };
}
