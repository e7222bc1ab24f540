namespace RemoteStore;

/// <summary>Another process holds a lock on the path. Not retried by the library.</summary>
public sealed class ResourceLockedException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public ResourceLockedException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.ResourceLocked, message, path, backend, inner) { }
}
