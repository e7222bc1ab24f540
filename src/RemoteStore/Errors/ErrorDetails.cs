namespace RemoteStore;

/// <summary>What a <see cref="RemoteStoreException"/> says besides its kind and text.</summary>
public sealed record ErrorDetails
{
    internal static readonly ErrorDetails None = new();

    /// <summary>One of <see cref="ErrorCodes"/>; null for none.</summary>
    public string? Code { get; init; }

    /// <summary>The service's own code; null for none.</summary>
    public string? NativeCode { get; init; }

    /// <summary>Whether a retry may succeed; null for the default of the kind.</summary>
    public bool? IsTransient { get; init; }

    /// <summary>How long to wait before a retry; null when nobody says.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The missing capability, for <see cref="RemoteErrorKind.CapabilityNotSupported"/>.</summary>
    public Capability Capability { get; init; }

    /// <summary>Whether the call was rejected before it was executed; kept by the kinds that can be transient.</summary>
    public bool RefusedBeforeExecution { get; init; }

    /// <summary>Those of an error.</summary>
    /// <param name="error">The error.</param>
    public static ErrorDetails Of(RemoteStoreException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new ErrorDetails
        {
            Code = error.Code,
            NativeCode = error.NativeCode,
            IsTransient = error.IsTransient,
            RetryAfter = error.RetryAfter,
            Capability = (error as CapabilityNotSupportedException)?.Capability ?? default,
            RefusedBeforeExecution = error.RefusedBeforeExecution,
        };
    }
}
