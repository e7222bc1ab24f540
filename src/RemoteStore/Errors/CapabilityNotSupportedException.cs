namespace RemoteStore;

/// <summary>The backend does not support the request; nothing was read or changed.</summary>
public sealed class CapabilityNotSupportedException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="capability">What is missing; <see cref="Capability.None"/> when no flag represents it.</param>
    /// <param name="message">What happened; null for a text that names the capability.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public CapabilityNotSupportedException(
        Capability capability,
        string? message = null,
        string? path = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(RemoteErrorKind.CapabilityNotSupported, message ?? $"The backend does not support {capability}.", path, backend, inner)
    {
        Capability = capability;
    }

    /// <summary>What is missing.</summary>
    public Capability Capability { get; }
}
