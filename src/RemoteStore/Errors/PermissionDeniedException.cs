namespace RemoteStore;

/// <summary>The backend rejected the credentials or denied access.</summary>
public sealed class PermissionDeniedException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public PermissionDeniedException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.PermissionDenied, message, path, backend, inner) { }
}
