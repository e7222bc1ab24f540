namespace RemoteStore;

/// <summary>
/// The backend could not be reached, did not respond in time, is too busy, or is closed. Transient unless it is closed or the outcome is
/// unknown.
/// </summary>
public sealed class BackendUnavailableException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public BackendUnavailableException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.BackendUnavailable, message, path, backend, inner)
    {
        IsTransient = true;
    }
}
